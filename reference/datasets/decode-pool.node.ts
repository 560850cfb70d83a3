import { Worker } from 'node:worker_threads';
import type { Decoded, DecodeJob, DecodeReply, DecodeWays, DecodeWorkerData } from './decode-worker.node.ts';

/** Files, by thread, that may be decoded ahead of the one that the caller waits for. */
const AHEAD = 4;

/**
 * Starts a worker: the built file beside the built package, or, in a checkout, its source, by tsx. tsx is registered
 * inside of the worker, since Node 20 ignores loaders of `execArgv` there.
 */
function startWorker(workerData: DecodeWorkerData): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./decode-worker.js', import.meta.url), { workerData, execArgv: [] });
  const [tsx, source] = [import.meta.resolve('tsx/esm/api'), import.meta.resolve('./decode-worker.node.ts')].map(
    (url) => url.replaceAll("'", '%27'),
  );
  const script = `import('${tsx}').then(({ register }) => register()).then(() => import('${source}'));`;
  return new Worker(script, { workerData, execArgv: [], eval: true });
}

/** A worker, the number of the file that it has, and whether it has said that it can work. */
type Seat = { worker: Worker; job: number | undefined; ready: boolean };

/**
 * Decodes image files on worker threads, resizes and crops them (`how`), and yields uint8
 * [3, height, width] in the order of `paths`. A file that cannot be decoded yields its error, and the others go on. What
 * is decoded and not yet taken is at most a few images by thread. Throws where workers cannot start.
 */
export async function* decodeFiles(
  paths: readonly string[],
  how: DecodeWays,
  { threads }: { readonly threads: number },
): AsyncGenerator<Decoded> {
  const done = new Map<number, Decoded>();
  let [sent, next] = [0, 0];
  let failure: Error | undefined;
  let wake = (): void => {};
  const seats: Seat[] = [];

  const finish = (seat: Seat, decoded: Decoded): void => {
    seat.job = undefined;
    done.set(decoded.index, decoded);
  };
  const sit = (seat: Seat): void => {
    const { worker } = seat;
    worker.on('message', (message: DecodeReply) => {
      if (message === 'ready') seat.ready = true;
      else finish(seat, message);
      feed();
      wake();
    });
    // A worker ends by itself only where it failed, such as for lack of memory. Its file is given up.
    let reason = 'it ended';
    worker.on('error', (error: Error) => {
      reason = error.message;
    });
    worker.on('exit', () => {
      if (!seat.ready) failure = new Error(`images cannot be decoded: a worker did not start: ${reason}`);
      else {
        if (seat.job !== undefined) finish(seat, { index: seat.job, error: `its decoder ended: ${reason}` });
        Object.assign(seat, { worker: startWorker({ how }), ready: false });
        sit(seat);
      }
      wake();
    });
  };
  /** Gives each idle worker the next file. */
  const feed = (): void => {
    for (const seat of seats) {
      if (sent >= Math.min(paths.length, next + AHEAD * threads)) return;
      if (seat.job !== undefined || !seat.ready) continue;
      const job: DecodeJob = { index: sent, path: paths[sent] as string };
      seat.job = sent++;
      seat.worker.postMessage(job);
    }
  };

  try {
    for (let i = 0; i < Math.min(threads, paths.length); i++) {
      const seat: Seat = { worker: startWorker({ how }), job: undefined, ready: false };
      seats.push(seat);
      sit(seat);
    }
    for (; next < paths.length; next++) {
      feed();
      let decoded = done.get(next);
      for (; decoded === undefined; decoded = done.get(next)) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      done.delete(next);
      yield decoded;
    }
  } finally {
    const workers = seats.map(({ worker }) => worker);
    for (const worker of workers) worker.removeAllListeners('exit');
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
