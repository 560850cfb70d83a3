import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { BackendModule, BackendRow, Tools } from '../../contract/backend.ts';
import type { Visit, VisitReply } from '../../contract/visit.ts';
import { type Job, prepareFiles } from '../../engine/artefacts.ts';
import type { ProcessMemory } from '../../record/process.ts';
import { addMemory, isPoint } from '../host.ts';
import { readCudaMemory } from '../instruments/cuda.ts';
import { reply } from '../reply.ts';
import { endWithParent } from './parent.ts';

/** What the parent sends: one visit, or files to prepare. */
export type ChildRequest = { visit: Visit; row: BackendRow; log: string } | { job: Job };
/** What the child answers: phases, or steps of preparing with their multiply-adds, as they begin; then one reply. */
export type ChildMessage =
  | { phase: string }
  | { step: string; macs: number }
  | { reply: VisitReply }
  | { prepared: true }
  | { failed: string };

/** Resolves when the message is in the pipe: a runtime may block this process right after. */
const send = (message: ChildMessage) =>
  new Promise<void>((resolve, reject) =>
    process.send?.(message, undefined, {}, (error) => (error ? reject(error) : resolve())),
  );

const NONE = { baseline: null, opened: null, steady: null, closed: null, peak: null };
const memory: ProcessMemory = { role: 'process', ...NONE };
/** What this process holds of CUDA devices. */
const cuda: ProcessMemory = { role: 'cuda', ...NONE };
/** Resident bytes after each cycle of `leak`. */
const cycles: number[] = [];

/** Runtimes write to standard error, which the parent made a file that can be read back here. */
function tools(log: string, row: BackendRow): Tools {
  return {
    now: () => performance.now(),
    async phase(name) {
      if (name === 'cycle') globalThis.gc?.();
      if (isPoint(name)) {
        memory[name] = process.memoryUsage.rss();
        if (row.device === 'cuda') {
          cuda[name] = readCudaMemory(process.pid);
          cuda.peak = Math.max(cuda.peak ?? 0, cuda[name] ?? 0) || null;
        }
      }
      if (name === 'cycle') cycles.push(process.memoryUsage.rss());
      if (name === 'steady') memory.peak = process.resourceUsage().maxRSS * 1024;
      await send({ phase: name });
    },
    gpu: () => null,
    observed: () => null,
    read: async (location) => new Uint8Array(await readFile(location)),
    async capture(action) {
      const start = statSync(log).size;
      const value = await action();
      const bytes = Buffer.alloc(statSync(log).size - start);
      const file = openSync(log, 'r');
      readSync(file, bytes, 0, bytes.length, start);
      closeSync(file);
      return { value, log: bytes.toString('utf8') };
    },
  };
}

async function answer(request: ChildRequest): Promise<ChildMessage> {
  if ('job' in request) {
    await prepareFiles(request.job, (step, macs) => send({ step, macs }));
    return { prepared: true };
  }
  const { visit, row, log } = request;
  const load = () => import(`../../backends/${row.module}.node.ts`) as Promise<BackendModule>;
  const answered = await reply(visit, row, load, tools(log, row));
  addMemory(answered, {
    processes: () => [memory, ...(row.device === 'cuda' ? [cuda] : [])],
    cycles: () => [{ role: 'process', rss: cycles }],
  });
  return { reply: answered };
}

process.once('message', (request: ChildRequest) => {
  endWithParent()
    .then(() => answer(request))
    .catch((error: Error): ChildMessage => ({ failed: error.message }))
    .then(send)
    // Runtimes leave threads behind, and some crash when torn down: the answer is out, so leave at once.
    .finally(() => process.exit(0));
});
