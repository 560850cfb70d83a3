import { connect } from 'node:net';
import { type Access, cookieOf } from '../../suites/hosts/browser/gate.ts';

/** The Cookie header that admits a request. */
export function cookieHeader(access: Access): string {
  const { name, value } = cookieOf(access);
  return `${name}=${value}`;
}

/** Headers of a legitimate request. */
export const rightful = (access: Access): { readonly [name: string]: string } => ({
  Host: access.origin.slice('http://'.length),
  Cookie: cookieHeader(access),
});

/** A request's first line and headers, as bytes of HTTP. */
export const bytesOf = (line: string, headers: { readonly [name: string]: string }): string =>
  [line, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');

/** Sends bytes on a connection of their own and returns all that comes back until it is closed, '' where nothing does. */
export function exchange({ origin }: Access, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(bytes));
    const parts: Buffer[] = [];
    const done = () => resolve(Buffer.concat(parts).toString('latin1'));
    socket.on('data', (part) => parts.push(part));
    // A connection that the server resets is one that it refuses.
    socket.on('error', done);
    socket.on('close', done);
    socket.setTimeout(8000, () => {
      reject(new Error('the server neither answers nor closes'));
      socket.destroy();
    });
  });
}

/** The status of an answer, 0 where there is none. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);

/** The body of an answer that has a Content-Length. */
export const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);
