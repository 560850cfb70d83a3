import { Worker } from 'node:worker_threads';
import type { PackedImages } from '../../../reference/datasets/dataset.ts';
import type { ImageThread } from '../../contract/backend.ts';
import type { FillReply, FillRequest, ImageThreadData } from './image-thread.ts';

/**
 * Starts the thread that reads images: the child's own bundle, which knows that it is a thread. One request at a time is
 * answered. Throws where the thread cannot start or ends.
 */
export async function startImageThread(
  bundle: string,
  { file, digests, preprocessing }: PackedImages,
): Promise<ImageThread> {
  const workerData: ImageThreadData = { file, preprocessing };
  const worker = new Worker(bundle, { workerData, execArgv: [] });
  let answer: { resolve(to: Float32Array): void; reject(error: Error): void } | undefined;
  const failed = new Promise<never>((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that reads images has ended')));
  });
  failed.catch((error: Error) => answer?.reject(error));
  worker.on('message', (reply: FillReply) => {
    if ('error' in reply) answer?.reject(new Error(reply.error));
    else answer?.resolve(reply.to);
  });
  await Promise.race([failed, new Promise((resolve) => worker.once('online', resolve))]);
  return {
    fill: (first, count, to) =>
      new Promise((resolve, reject) => {
        answer = { resolve, reject };
        const request: FillRequest = { first, digests: digests.slice(first, first + count), to };
        worker.postMessage(request, [to.buffer as ArrayBuffer]);
        failed.catch(reject);
      }),
    async close() {
      await worker.terminate();
    },
  };
}
