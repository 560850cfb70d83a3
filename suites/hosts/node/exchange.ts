import type { ChildProcess } from 'node:child_process';
import type { ChildMessage, ChildRequest } from './child.ts';

/** How a request ended: with an answer, with the end of the process, or with a timeout. */
type ChildEnd = { message: ChildMessage } | { exit: string } | { timedOutMs: number };

/**
 * Handles a child's intermediate messages. Returns a new time limit in milliseconds, or undefined to keep the old one.
 */
type OnMessage = (message: ChildMessage) => number | undefined;

/**
 * Sends one request to a fresh child and waits for its answer, its end, or the time limit, which kills it. The limit
 * counts from the start, or from the last message that set a new one.
 */
export async function exchange(
  child: ChildProcess,
  request: ChildRequest,
  limitMs: number,
  onMessage: OnMessage,
): Promise<ChildEnd> {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<ChildEnd>((resolve) => {
    const wait = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve({ timedOutMs: ms }), ms);
    };
    child.on('message', (message: ChildMessage) => {
      if (!('phase' in message) && !('step' in message) && !('part' in message)) return resolve({ message });
      const anew = onMessage(message);
      if (anew !== undefined) wait(anew);
    });
    child.on('error', (error) => resolve({ exit: error.message }));
    child.on('exit', (code, signal) => resolve({ exit: signal ? `killed by ${signal}` : `exit code ${code}` }));
    wait(limitMs);
  });
  // A failure here shows in how the child ends.
  child.send(request, () => {});
  const result = await ended;
  clearTimeout(timer);
  child.kill('SIGKILL');
  return result;
}
