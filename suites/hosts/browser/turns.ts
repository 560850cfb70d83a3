import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Queue = { length: number; last: Promise<void> };

/**
 * Answers the requests of a connection one after another, so that a connection has at most one file open. (Node emits
 * all requests that have arrived, and only notifies the first of them when the client is gone.) A client that pipelines
 * more than `most` requests is disconnected. `answer` must not reject.
 */
export function inTurn(
  most: number,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => void {
  const queues = new WeakMap<Socket, Queue>();
  return (request, response) => {
    const { socket } = request;
    const queue = queues.get(socket) ?? { length: 0, last: Promise.resolve() };
    queues.set(socket, queue);
    queue.length++;
    if (queue.length > most) {
      socket.destroy();
      return;
    }
    const closed = new Promise((resolve) => response.once('close', resolve));
    queue.last = queue.last.then(async () => {
      // There is no socket where the answer before was the connection's last.
      if (response.socket !== null && !socket.destroyed) {
        await answer(request, response);
        await closed;
      }
      queue.length--;
    });
  };
}
