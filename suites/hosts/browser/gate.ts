import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Where a server is, and the secret that each request to it must carry. */
export type Access = { readonly origin: string; readonly token: string };

const NAME = 'resnet-bench';

/** A secret of 256 random bits, as text. */
export const newToken = (): string => randomBytes(32).toString('hex');

/**
 * The cookie that lets a page in, as Playwright takes it. A cookie leaves URLs as they are, and goes with the scripts,
 * workers and wasm files that runtimes ask for by themselves.
 */
export const cookieOf = ({ origin, token }: Access) => ({
  name: NAME,
  value: token,
  url: origin,
  httpOnly: true,
  sameSite: 'Strict' as const,
});

/** Whether a Cookie header has the token, in a time that does not depend on where it differs. */
function carries(cookies: string, token: string): boolean {
  const wanted = Buffer.from(`${NAME}=${token}`);
  return cookies.split(';').some((pair) => {
    const given = Buffer.from(pair.trim());
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

/**
 * Why a request may not be answered; undefined where it may. Other users of the machine and pages of other origins
 * reach a loopback server too, the latter also by a name of their own that they point at 127.0.0.1.
 */
export function refusal({ headers, headersDistinct }: IncomingMessage, access: Access): string | undefined {
  const { host } = headersDistinct;
  if (host?.length !== 1 || `http://${host[0]}` !== access.origin) return 'the Host header is not that of this server';
  if ((headers.origin ?? access.origin) !== access.origin) return 'the page that asks has another origin';
  // Cookies go to every port of a host, so a page of another port on 127.0.0.1 would have the token.
  if (!['same-origin', 'none'].includes(String(headers['sec-fetch-site'] ?? 'none')))
    return 'the page that asks is of another site';
  return carries(headers.cookie ?? '', access.token) ? undefined : 'the cookie with the token of this run is missing';
}
