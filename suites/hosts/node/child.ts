import { isMainThread } from 'node:worker_threads';
import type { BackendModule, BackendRow } from '../../contract/backend.ts';
import type { ReplyTo } from '../../contract/job.ts';
import type { Measured } from '../../contract/visit.ts';
import { type Job, prepareFiles } from '../../engine/artefacts.ts';
import type { HostJob } from '../host.ts';
import { reply } from '../reply.ts';
import { endWithParent } from './parent.ts';
import { type ChildMemory, ownMemory } from './readings.ts';
import { startImageThread } from './start-image-thread.ts';
import { nodeTools } from './tools.ts';

/** A job that makes files. Only a Node child can run it. */
export type PrepareJob = { readonly kind: 'prepare'; readonly files: Job };

/** The parent's request: one job, and the file to which this process's standard error goes. */
export type ChildRequest = { readonly job: HostJob | PrepareJob; readonly log: string };

/**
 * The child's messages: phases, or steps of preparing with their multiply-adds, as they begin; parts of a result as they
 * are measured; then one final message.
 */
export type ChildMessage =
  | { readonly phase: string }
  | { readonly part: Measured }
  | { readonly step: string; readonly macs: number }
  | { readonly reply: ReplyTo<HostJob>; readonly memory: ChildMemory }
  | { readonly prepared: true }
  | { readonly failed: string };

/** Resolves when the message is in the pipe, since a runtime may block this process right after. */
const send = (message: ChildMessage) =>
  new Promise<void>((resolve, reject) =>
    process.send?.(message, undefined, {}, (error) => (error ? reject(error) : resolve())),
  );

const binding = ({ module }: BackendRow) => import(`../../backends/${module}.node.ts`) as Promise<BackendModule>;

async function answer({ job, log }: ChildRequest): Promise<ChildMessage> {
  if (job.kind === 'prepare') {
    await prepareFiles(job.files, (step, macs) => send({ step, macs }));
    return { prepared: true };
  }
  const { sample, ...memory } = ownMemory(job.row.device === 'cuda');
  const tools = nodeTools(log, {
    async phase(phase) {
      sample(phase);
      await send({ phase });
    },
    part: (part) => send({ part }),
    imageThread: (packed) => startImageThread(process.argv[1] ?? '', packed),
  });
  return { reply: await reply(job, binding, tools), memory };
}

if (isMainThread)
  process.once('message', (request: ChildRequest) => {
    endWithParent()
      .then(() => answer(request))
      .catch((error: Error): ChildMessage => ({ failed: error.message }))
      .then(send)
      // Runtimes leave threads behind, and some crash when torn down. The answer is sent, so exit at once.
      .finally(() => process.exit(0));
  });
else (await import('./image-thread.ts')).serveImages();
