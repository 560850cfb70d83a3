import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Access, newToken, refusal } from './gate.ts';
import { type Mounted, type Mounts, mountedAt, openMounted, pathOf } from './mounts.ts';
import { inTurn } from './turns.ts';

const TYPES: { [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const HEADERS = {
  // Cross-origin isolation, which threads and fine clocks need.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>resnet-bench</title><script type="module" src="/bundle/page.js"></script>';

/** Bytes of a request's headers, characters of its URL: a browser sends about 1 KB. */
const LIMITS = { header: 16_384, url: 4096 };

/** Milliseconds for a client to send its headers, and its whole request. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5000 };

/** A browser opens six, and sends no request ahead. */
const CONNECTIONS = 128;
const AHEAD = 16;
/** Connections without a valid request yet. */
const WAITING = 64;

/** Bytes of one read of a file: fewer and larger ones take less of a core. */
const CHUNK = 2 ** 18;

/** System errors that mean that there is no such file to read. Others, such as EMFILE, are the server's own. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO'];

/** A server on loopback: where it is, and the token that it asks for. */
export type Server = Access & { close(): Promise<void> };

/** Answers with an error and closes the connection, since the request's body may not have been read. */
function refuse(response: ServerResponse, status: number, reason: string): void {
  const body = `${reason}\n`;
  response
    .writeHead(status, {
      ...HEADERS,
      'Cache-Control': 'no-store',
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
      ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    })
    .end(body);
}

/** Sends a mounted file, and destroys the response where the file ends early. Throws the system's errors. */
async function send(mounted: Mounted, method: string, response: ServerResponse): Promise<void> {
  const opened = await openMounted(mounted);
  if (opened === undefined) return refuse(response, 404, 'no such file');
  const { handle, size } = opened;
  try {
    response.writeHead(200, {
      ...HEADERS,
      // A profile lives for one visit, in which no file changes.
      'Cache-Control': 'private, max-age=31536000, immutable',
      'Content-Type': TYPES[extname(mounted.file)] ?? 'application/octet-stream',
      'Content-Length': size,
    });
    if (method === 'HEAD' || size === 0) return void response.end();
    const stream = handle.createReadStream({ start: 0, end: size - 1, highWaterMark: CHUNK });
    await pipeline(stream, response, { end: false });
    if (stream.bytesRead === size) response.end();
    else response.destroy();
  } finally {
    await handle.close();
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  mounts: Mounts,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  const reason = refusal(request, access);
  if (reason !== undefined) return refuse(response, 403, reason);
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD are answered');
  if (url.length > LIMITS.url) return refuse(response, 414, `the URL is longer than ${LIMITS.url} characters`);
  const path = pathOf(url);
  if (path === undefined) return refuse(response, 400, 'the path is malformed');
  if ((headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined)
    return refuse(response, 400, 'a request has no body here');
  if (path === '/')
    return void response
      .writeHead(200, { ...HEADERS, 'Cache-Control': 'no-store', 'Content-Type': 'text/html; charset=utf-8' })
      .end(method === 'HEAD' ? '' : PAGE);
  const mounted = mountedAt(mounts, path);
  if (mounted === undefined) return refuse(response, 404, 'nothing is mounted there');
  return send(mounted, method, response);
}

/** What becomes of a response when its file cannot be read, or when the client is gone. */
function fail(response: ServerResponse, error: NodeJS.ErrnoException): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else if (ABSENT.includes(error.code ?? '')) refuse(response, 404, 'no such file');
  else refuse(response, 500, `the file could not be read: ${error.code ?? 'unknown error'}`);
}

/**
 * Serves the harness's page at `/` and what is mounted, on loopback, on a free port, to those who have the token alone.
 * No request makes it throw: a bad one is answered with 4xx, or its connection is closed. Throws where a mount has no
 * path, or where no port can be had.
 */
export async function serve(mounts: Mounts): Promise<Server> {
  const empty = Object.keys(mounts).find((url) => mounts[url] === '');
  if (empty !== undefined) throw new Error(`nothing can be served at ${empty}: its path is empty`);
  const token = newToken();
  let access: Access = { origin: '', token };
  const waiting = new Set<Socket>();
  const server = createServer(
    { ...TIMEOUTS, maxHeaderSize: LIMITS.header },
    inTurn(AHEAD, (request, response) => {
      if (refusal(request, access) === undefined) waiting.delete(request.socket);
      return answer(request, response, access, mounts).catch((error) => fail(response, error));
    }),
  );
  server.maxConnections = CONNECTIONS;
  // Who has not shown the token yet makes room for who comes later, so that nobody can keep this run's pages out.
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
    const [oldest] = waiting;
    if (waiting.size > WAITING) oldest?.destroy();
  });
  server.on('connect', (_, socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nConnection: close\r\n\r\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A connection that cannot be accepted, for want of descriptors, is its client's loss.
  server.on('error', () => {});
  access = { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token };
  return {
    ...access,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
