import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** The child's end of a pipe that only its parent holds open. */
export const PARENT_PIPE = 4;

/** Ends the process once its parent's end of the pipe is closed, as it is when the parent is killed. */
const WATCH = `
const { Socket } = require('node:net');
const { parentPort } = require('node:worker_threads');
const pipe = new Socket({ fd: ${PARENT_PIPE}, readable: true, writable: false });
pipe.on('error', () => {});
pipe.on('close', () => process.kill(process.pid, 'SIGKILL'));
pipe.resume();
parentPort.postMessage('watching');
`;

/** Higher than the default, so that the system ends this process, not the parent, where memory runs out. */
const OOM_SCORE = '500';

/**
 * Ends this process when its parent has ended. A separate thread watches, since inference blocks the main one. Resolves
 * once it watches, so that the thread's memory is there before anything is measured.
 */
export async function endWithParent(): Promise<void> {
  try {
    writeFileSync('/proc/self/oom_score_adj', OOM_SCORE);
  } catch {}
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, codeRangeSizeMb: 1, stackSizeMb: 1 };
  const watcher = new Worker(WATCH, { eval: true, resourceLimits: limits, execArgv: [], env: {} });
  await new Promise((resolve, reject) => watcher.once('message', resolve).once('error', reject));
  watcher.unref();
}
