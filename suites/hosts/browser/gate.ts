import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A server's address, and the secret that each request to it must carry. */
export type Access = { readonly origin: string; readonly token: string };

const NAME = 'resnet-bench';

/** A secret of 256 random bits, as text. */
export const newToken = (): string => randomBytes(32).toString('hex');

/**
 * The cookie that admits a page, in Playwright's format. A cookie does not change URLs, and the browser also sends it
 * for the scripts, workers and wasm files that runtimes fetch on their own.
 */
export const cookieOf = ({ origin, token }: Access) => ({
  name: NAME,
  value: token,
  url: origin,
  httpOnly: true,
  sameSite: 'Strict' as const,
});

/** Whether a Cookie header has the token. Takes constant time, so that timing reveals nothing about the token. */
function carries(cookies: string, token: string): boolean {
  const wanted = Buffer.from(`${NAME}=${token}`);
  return cookies.split(';').some((pair) => {
    const given = Buffer.from(pair.trim());
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

/**
 * Why a request must be refused; undefined where it may be answered. Other users of the machine and pages of other
 * origins can reach a loopback server too; pages also through a host name of their own that resolves to 127.0.0.1 (DNS
 * rebinding).
 */
export function refusal({ headers, headersDistinct }: IncomingMessage, access: Access): string | undefined {
  const { host } = headersDistinct;
  if (host?.length !== 1 || `http://${host[0]}` !== access.origin) return 'the Host header is not that of this server';
  if ((headers.origin ?? access.origin) !== access.origin) return 'the requesting page has another origin';
  // Cookies are sent to every port of a host, so a page from another port on 127.0.0.1 would have the token.
  if (!['same-origin', 'none'].includes(String(headers['sec-fetch-site'] ?? 'none')))
    return 'the requesting page is from another site';
  return carries(headers.cookie ?? '', access.token) ? undefined : 'the cookie with the token of this run is missing';
}
