import type { ChildProcess } from 'node:child_process';
import type { ChildMessage, ChildRequest } from './child.ts';

/** How a request ended: with its answer, with the process, or with the time. */
type Ended = { message: ChildMessage } | { exit: string } | { timedOutMs: number };

/** What a child's messages on the way do: tell a phase, or give it a new time limit in milliseconds. */
type OnMessage = (message: ChildMessage) => number | undefined;

/**
 * Sends one request to a fresh child and waits for its answer, its death, or the time limit, which kills it: from the
 * start, or from the last message that gave a new one.
 */
export async function exchange(
  child: ChildProcess,
  request: ChildRequest,
  limitMs: number,
  onMessage: OnMessage,
): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<Ended>((resolve) => {
    const wait = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve({ timedOutMs: ms }), ms);
    };
    child.on('message', (message: ChildMessage) => {
      if (!('phase' in message) && !('step' in message)) return resolve({ message });
      const anew = onMessage(message);
      if (anew !== undefined) wait(anew);
    });
    child.on('error', (error) => resolve({ exit: error.message }));
    child.on('exit', (code, signal) => resolve({ exit: signal ? `killed by ${signal}` : `exit code ${code}` }));
    wait(limitMs);
  });
  // What fails here is told by the child's end.
  child.send(request, () => {});
  const result = await ended;
  clearTimeout(timer);
  child.kill('SIGKILL');
  return result;
}
