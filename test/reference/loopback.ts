import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Loopback = { readonly url: string; requests(): number; close(): Promise<void> };

/** A server on a free port of this machine that answers each path with its handler, and others with 404. */
export async function loopback(answers: {
  readonly [path: string]: (reply: ServerResponse, headers: IncomingHttpHeaders) => void;
}): Promise<Loopback> {
  let requests = 0;
  const server = createServer((request, reply) => {
    requests++;
    const answer = answers[request.url ?? ''];
    if (answer) answer(reply, request.headers);
    else reply.writeHead(404).end('not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
