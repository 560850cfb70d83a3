import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDead, thisOwner } from '../owner.node.ts';
import { partOf, partOwner } from '../write.node.ts';
import type { RemoteFile } from './remote-file.ts';

export type ObtainOptions = {
  readonly log: (line: string) => void;
  /** Timeout of a download: milliseconds without a byte. Default: a minute. */
  readonly idle?: number;
  /** Called with the bytes received so far and the total, whenever bytes have arrived. */
  readonly onProgress?: (done: number, total: number) => void;
};

const IDLE = 60_000;
/** Minimum of digits: fewer digits of a hash prove nothing. */
const DIGITS = 8;

/** Whether a hash is the expected one, or begins with its known digits. */
export function fits(actual: string, { sha256 }: { readonly sha256: string }): boolean {
  return sha256.length >= DIGITS && actual.startsWith(sha256);
}

/** The expected hash as text. */
export function expected({ sha256 }: { readonly sha256: string }): string {
  return sha256.length === 64 ? sha256 : `one that begins with ${sha256}`;
}

/** Length of a file in bytes, or undefined where there is none. */
export async function lengthOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

/** An error for a file that cannot be obtained now: `reason` and `fix` as properties, and both in the message. */
export function unavailable(reason: string, fix: string): Error {
  return Object.assign(new Error(`${reason}; ${fix}`), { reason, fix });
}

/** Such an error for a file on the network. */
export function notObtained(reason: string, { mirror }: { readonly mirror: string }): Error {
  return unavailable(reason, `connect to the network, or set RESNET_MIRROR to a folder that holds ${mirror}`);
}

/** The message of the innermost cause, since fetch only says "fetch failed". */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause) return causeOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}

type Answer = { readonly response: Response; readonly chunks: AsyncGenerator<Uint8Array>; stop(): void };

/**
 * A request's response and its chunks. Each must arrive within `idle` milliseconds of the one before. `stop` ends it.
 */
async function ask(url: string, headers: Record<string, string>, idle: number): Promise<Answer> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error(`nothing came for ${idle / 1000} s`));
  let timer = setTimeout(giveUp, idle);
  const stop = () => {
    clearTimeout(timer);
    controller.abort();
  };
  try {
    // With compression, the number of bytes would not be the file's own.
    const all = { 'accept-encoding': 'identity', ...headers };
    const response = await fetch(url, { signal: controller.signal, headers: all });
    // 416: the requested bytes are past the end, so the part may be complete.
    if (!response.ok && response.status !== 416) throw new Error(`the server answers ${response.status}`);
    async function* chunks() {
      const reader = response.ok ? response.body?.getReader() : undefined;
      while (reader) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(giveUp, idle);
        yield value;
      }
    }
    return { response, chunks: chunks(), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** A strong entity tag, which guarantees the same bytes, or ''. */
function strongTag(response: Response): string {
  const tag = response.headers.get('etag') ?? '';
  return tag.startsWith('"') ? tag : '';
}

const tagOf = (part: string): string => `${part}.etag`;

async function discard(part: string): Promise<void> {
  await Promise.all([rm(part, { force: true }), rm(tagOf(part), { force: true })]);
}

/**
 * This process's partial file. Its name prevents two runs from writing the same file. The partial file of a process
 * that is proven dead is taken over.
 */
async function claim(path: string): Promise<string> {
  const own = partOf(path);
  for (const name of await readdir(dirname(path))) {
    const owner = name.startsWith(`${basename(path)}.`) ? partOwner(name) : undefined;
    const left = join(dirname(path), name);
    if (left === own || owner === undefined || !isDead(owner, thisOwner())) continue;
    if ((await lengthOf(own)) !== undefined) await discard(left);
    // Another run may be faster. A partial file without its tag is still checked by the hash.
    await rename(tagOf(left), tagOf(own)).catch(() => {});
    await rename(left, own).catch(() => {});
  }
  return own;
}

/**
 * The offset of the response's bytes: `held`, or 0 where it is the whole file. Throws where it is not what was
 * requested.
 */
function placeOf(response: Response, held: number, tag: string): number {
  const { status, headers } = response;
  if (status === 416) return held;
  if (status !== 206) return 0;
  const range = headers.get('content-range') ?? '';
  if (!range.startsWith(`bytes ${held}-`))
    throw new Error(`byte ${held} was requested and the server sends '${range}'`);
  const now = strongTag(response);
  if (tag !== '' && now !== '' && tag !== now) throw new Error('the file on the server has changed');
  return held;
}

/** Converts a network error to one with a fix, which also says how many bytes are kept. */
async function orNotObtained<T>(file: RemoteFile, part: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const held = (await lengthOf(part)) ?? 0;
    const kept = held > 0 ? ` (${held} of ${file.bytes} bytes are kept for the next run)` : '';
    throw notObtained(`${file.name} cannot be fetched from ${file.url}: ${causeOf(error)}${kept}`, file);
  }
}

/** Completes the partial file and checks it. Returns its hash. */
async function complete(file: RemoteFile, url: string, part: string, options: ObtainOptions): Promise<string> {
  const { log, idle = IDLE, onProgress } = options;
  const { bytes, within = 0 } = file;
  const held = (await lengthOf(part)) ?? 0;
  const tag = held > 0 ? await readFile(tagOf(part), 'utf8').catch(() => '') : '';
  const headers = held > 0 ? { range: `bytes=${held}-`, ...(tag && { 'if-range': tag }) } : {};
  const { response, chunks, stop } = await orNotObtained(file, part, () => ask(url, headers, idle));
  const hash = createHash('sha256');
  let length: number;
  try {
    length = placeOf(response, held, tag);
    if (length > 0) {
      log(`resuming at byte ${length}`);
      for await (const chunk of createReadStream(part)) hash.update(chunk as Uint8Array);
    } else {
      if (held > 0) log('the server sends the whole file again');
      await discard(part);
      await writeFile(tagOf(part), strongTag(response));
    }
    const handle = await open(part, 'a');
    try {
      for (;;) {
        const { done, value } = await orNotObtained(file, part, () => chunks.next());
        if (done) break;
        length += value.length;
        if (length > bytes + within)
          throw new Error(`${file.name} from ${url} is longer than the ${bytes} bytes expected`);
        hash.update(value);
        await handle.writeFile(value);
        onProgress?.(length, bytes);
      }
    } finally {
      await handle.close();
    }
  } finally {
    stop();
  }
  if (length < bytes - within) throw new Error(`${file.name} from ${url} has ${length} bytes, expected ${bytes}`);
  const actual = hash.digest('hex');
  if (!fits(actual, file))
    throw new Error(`${file.name} from ${url} has SHA-256 ${actual}, expected ${expected(file)}`);
  return actual;
}

/** Whether an error comes from writing to disk, not from the network. */
const isOfDisk = (error: unknown): boolean =>
  ['write', 'open', 'close'].includes((error as NodeJS.ErrnoException).syscall ?? '');

/**
 * Downloads a file to `path`. Resumes an interrupted download if the server's file is the same by its entity tag; if
 * the joined file is wrong, it is fetched again as a whole. Returns its SHA-256. Throws an error with a `fix` where the
 * network fails, and keeps the bytes received. Throws an error without a `fix`, and keeps nothing, where the file is
 * another.
 */
export async function download(
  file: RemoteFile & { readonly url: string },
  path: string,
  options: ObtainOptions,
): Promise<string> {
  options.log(`fetching ${file.name} (${(file.bytes / 1e6).toFixed(1)} MB) from ${file.url}`);
  const part = await claim(path);
  const resumed = ((await lengthOf(part)) ?? 0) > 0;
  const once = async (): Promise<string> => {
    try {
      return await complete(file, file.url, part, options);
    } catch (error) {
      // On a full disk, the partial file is removed.
      if (!(error instanceof Error && 'fix' in error) || (await lengthOf(part)) === 0) await discard(part);
      if (!isOfDisk(error)) throw error;
      const { code } = error as NodeJS.ErrnoException;
      throw unavailable(`cannot write ${path} (${code})`, 'free some space, or set RESNET_CACHE to another folder');
    }
  };
  const actual = await once().catch((error) => {
    if (!resumed || (error instanceof Error && 'fix' in error)) throw error;
    options.log(`${error.message}: fetching it whole`);
    return once();
  });
  await rename(part, path);
  await discard(part);
  return actual;
}
