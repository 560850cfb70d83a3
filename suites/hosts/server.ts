import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, normalize } from 'node:path';

const TYPES: { [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

// Cross-origin isolation, which threads and fine clocks need.
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>resnet-bench</title><script type="module" src="/bundle/page.js"></script>';

export type Server = { readonly origin: string; close(): Promise<void> };

/** A URL's path as text; '' where it is none. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

/**
 * Serves the page at `/` and, for each mount, a folder under a prefix such as `/bundle/`, or a file by a URL without a
 * slash at its end; on loopback, on a free port.
 */
export async function serve(mounts: { readonly [prefix: string]: string }): Promise<Server> {
  const locate = (path: string): string | undefined => {
    const clean = normalize(decoded(path)).replaceAll('\\', '/');
    // Another path, once normalised, begins with no slash or still climbs.
    if (clean.split('/').includes('..')) return undefined;
    const mount = Object.keys(mounts).find((url) => (url.endsWith('/') ? clean.startsWith(url) : clean === url));
    if (mount === undefined) return undefined;
    return mount.endsWith('/') ? `${mounts[mount]}/${clean.slice(mount.length)}` : mounts[mount];
  };
  // A profile lives for one visit, in which no file changes.
  const cached = { ...HEADERS, 'Cache-Control': 'public, max-age=31536000, immutable' };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/')
      return response
        .writeHead(200, { ...HEADERS, 'Cache-Control': 'no-store', 'Content-Type': 'text/html' })
        .end(PAGE);
    const file = locate(path);
    const stat = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file === undefined || !stat?.isFile()) return response.writeHead(404, HEADERS).end();
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { ...cached, 'Content-Type': type, 'Content-Length': stat.size });
    return createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
