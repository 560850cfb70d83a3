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
  // Cross-origin isolation, which threads and a high clock resolution need.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>resnet-bench</title><script type="module" src="/bundle/page.js"></script>';

/** Limits: bytes of a request's headers, characters of its URL. A browser sends about 1 KB. */
const LIMITS = { header: 16_384, url: 4096 };

/** Timeouts in milliseconds for a client's headers, and its whole request. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5000 };

/** Maximum of connections. A browser opens six, and does not pipeline requests. */
const CONNECTIONS = 128;
const AHEAD = 16;
/** Maximum of connections that have not sent a valid request yet. */
const WAITING = 64;

/** Bytes per read of a file: fewer and larger reads take less CPU time. */
const CHUNK = 2 ** 18;

/** System errors that mean that there is no such file. Others, such as EMFILE, are faults of the server. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO'];

/** A loopback server: its address, and the token that it requires. */
export type Server = Access & { close(): Promise<void> };

/** Answers with an error and closes the connection, since the request's body may be unread. */
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

/** The bytes to send, both ends included; undefined where the request is for none of the file's. */
function partOf(range: string | undefined, size: number): { start: number; end: number; whole: boolean } | undefined {
  const all = { start: 0, end: size - 1, whole: true };
  if (range === undefined) return all;
  const [, from, to] = range.match(/^bytes=(\d{1,15})-(\d{1,15})$/) ?? [];
  // Other forms may be ignored (RFC 9110, section 14.2). The harness's page does not use them.
  if (from === undefined || to === undefined) return all;
  const [start, end] = [Number(from), Math.min(Number(to), size - 1)];
  return start <= end ? { start, end, whole: false } : undefined;
}

/** Sends a mounted file, or a range of it. Destroys the response where the file ends early. Throws the system's errors. */
async function send(mounted: Mounted, { method, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const opened = await openMounted(mounted);
  if (opened === undefined) return refuse(response, 404, 'no such file');
  const { handle, size } = opened;
  try {
    const part = partOf(headers.range, size);
    if (part === undefined) return refuse(response, 416, `the file has ${size} bytes`);
    const { start, end, whole } = part;
    const length = end - start + 1;
    response.writeHead(whole ? 200 : 206, {
      ...HEADERS,
      // Cached for ever: a profile lives for one visit, in which no file changes. Ranges are read once.
      'Cache-Control': whole ? 'private, max-age=31536000, immutable' : 'no-store',
      'Content-Type': TYPES[extname(mounted.file)] ?? 'application/octet-stream',
      'Content-Length': length,
      ...(whole ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
    });
    if (method === 'HEAD' || length === 0) return void response.end();
    const stream = handle.createReadStream({ start, end, highWaterMark: CHUNK });
    await pipeline(stream, response, { end: false });
    if (stream.bytesRead === length) response.end();
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
  return send(mounted, request, response);
}

/** Ends a response whose file cannot be read, or whose client is gone. */
function fail(response: ServerResponse, error: NodeJS.ErrnoException): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else if (ABSENT.includes(error.code ?? '')) refuse(response, 404, 'no such file');
  else refuse(response, 500, `the file could not be read: ${error.code ?? 'unknown error'}`);
}

/**
 * Serves the harness's page at `/` and the mounts, on loopback, on a free port, to clients with the token only. No
 * request makes it throw: a bad one is answered with 4xx, or its connection is closed. Throws where a mount has an
 * empty path, or where no port is free.
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
  // Connections without the token make room for later ones, so that nobody can lock out this run's pages.
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
  // A connection that cannot be accepted, because there are no descriptors left, is dropped.
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
