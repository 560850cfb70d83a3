import type { Job } from './artefacts.ts';

/** A model at a batch and size, for which files are made. */
type ModelShape = { readonly model: string; readonly batch: number; readonly size: number };

export const shapeKey = ({ model, batch, size }: ModelShape): string => `${model}:b${batch}:${size}`;

/** Whether a failure may come from children that together needed too much memory. */
const isOfMemory = (reason: string): boolean => /out of memory|memory runs out|more memory/.test(reason);

/** Splits a job by batch and size. */
function partsOf(job: Job): Job[] {
  const shapes = new Map(
    [...job.exports, ...job.truths].map((shape) => [shapeKey({ model: job.model, ...shape }), shape]),
  );
  return [...shapes.values()].map(({ batch, size }) => {
    const isOf = (one: Omit<ModelShape, 'model'>) => one.batch === batch && one.size === size;
    return { ...job, exports: job.exports.filter(isOf), truths: job.truths.filter(isOf) };
  });
}

/**
 * Makes the files of every job, `width` jobs at a time. Returns the reasons of failures by model, batch and size; the
 * other files are made nevertheless. A job that ran out of memory is tried again alone.
 */
export async function prepareAll(
  jobs: readonly Job[],
  width: number,
  prepare: (job: Job) => Promise<void>,
  log: (line: string) => void,
): Promise<Map<string, string>> {
  const failures = new Map<string, { job: Job; reason: string }>();
  const keyOf = ({ model, exports: [first], truths: [truth] }: Job) =>
    shapeKey({ model, batch: 0, size: 0, ...(first ?? truth) });
  const one = async (job: Job): Promise<void> => {
    const start = Date.now();
    try {
      await prepare(job);
      failures.delete(keyOf(job));
      const seconds = ((Date.now() - start) / 1000).toFixed(0);
      log(`prepared ${job.model}: ${job.exports.length} exports, ${job.truths.length} truths, ${seconds} s`);
    } catch (error) {
      const parts = partsOf(job);
      // Files that exist are not made again.
      if (parts.length > 1) for (const part of parts) await one(part);
      else failures.set(keyOf(job), { job, reason: (error as Error).message });
    }
  };
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await one(job);
  };
  await Promise.all(Array.from({ length: width }, worker));
  for (const { job, reason } of [...failures.values()]) if (width > 1 && isOfMemory(reason)) await one(job);
  for (const [key, { reason }] of failures) log(`warning: no cell of ${key} can run: ${reason}`);
  return new Map([...failures].map(([key, { reason }]) => [key, `its files could not be made: ${reason}`]));
}
