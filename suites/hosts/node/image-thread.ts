import { createHash } from 'node:crypto';
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { PackedImages } from '../../../reference/datasets/dataset.ts';
import { DIGITS, damaged, fillValues } from '../../../reference/datasets/image-reader.ts';
import { byteValues } from '../../../reference/datasets/preprocessing.ts';

/** What the thread is started with. */
export type ImageThreadData = Omit<PackedImages, 'digests'>;

/** Images to read, from `first` on, with their digests, into an array. */
export type FillRequest = { readonly first: number; readonly digests: readonly string[]; readonly to: Float32Array };

/** The array, or why the images cannot be read. */
export type FillReply = { readonly to: Float32Array } | { readonly error: string };

const { file, preprocessing } = workerData as ImageThreadData;
const { path, size, offset, stride } = file;
const values = 3 * size * size;
const table = byteValues(preprocessing);
const opened = openSync(path, 'r');
let bytes = new Uint8Array(0);

function fill({ first, digests, to }: FillRequest): void {
  const length = digests.length === 0 ? 0 : (digests.length - 1) * stride + values;
  if (bytes.length < length) bytes = new Uint8Array(length);
  for (let got = 0; got < length; ) {
    const more = readSync(opened, bytes, got, length - got, offset + first * stride + got);
    if (more === 0) throw new Error(`${path} ends before image ${first + digests.length - 1} does`);
    got += more;
  }
  for (const [i, digest] of digests.entries()) {
    const image = bytes.subarray(i * stride, i * stride + values);
    if (createHash('sha256').update(image).digest('hex').slice(0, DIGITS) !== digest)
      throw new Error(damaged(first + i, path));
    fillValues(image, table, to.subarray(i * values, (i + 1) * values));
  }
  to.fill(0, digests.length * values);
}

/** Answers the main thread, until that ends the thread. */
export function serveImages(): void {
  parentPort?.on('message', (request: FillRequest) => {
    try {
      fill(request);
      const reply: FillReply = { to: request.to };
      parentPort?.postMessage(reply, [request.to.buffer as ArrayBuffer]);
    } catch (error) {
      const reply: FillReply = { error: (error as Error).message };
      parentPort?.postMessage(reply);
    }
  });
}
