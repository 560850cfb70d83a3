import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDead, thisOwner } from '../owner.node.ts';
import { partOf, partOwner } from '../write.node.ts';
import type { RemoteFile } from './remote-file.ts';

export type ObtainOptions = {
  readonly log: (line: string) => void;
  /** Milliseconds without a byte after which a download is given up; a minute unless told. */
  readonly idle?: number;
  /** Told the bytes that are here and how many there will be, whenever some have come. */
  readonly onProgress?: (done: number, total: number) => void;
};

const IDLE = 60_000;
/** Fewer digits of a hash prove nothing. */
const DIGITS = 8;

/** Whether a hash is the one expected, or begins with what is known of it. */
export function fits(actual: string, { sha256 }: { readonly sha256: string }): boolean {
  return sha256.length >= DIGITS && actual.startsWith(sha256);
}

/** The expected hash in words. */
export function expected({ sha256 }: { readonly sha256: string }): string {
  return sha256.length === 64 ? sha256 : `one that begins with ${sha256}`;
}

/** Length of a file in bytes, or undefined where there is none. */
export async function lengthOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

/** An error for a file that is not to be had now: `reason` and `fix` apart, and both in the message. */
export function unavailable(reason: string, fix: string): Error {
  return Object.assign(new Error(`${reason}; ${fix}`), { reason, fix });
}

/** Such an error for a file that the network would give. */
export function notObtained(reason: string, { mirror }: { readonly mirror: string }): Error {
  return unavailable(reason, `connect to the network, or set RESNET_MIRROR to a folder that holds ${mirror}`);
}

/** The innermost message, since fetch says only "fetch failed". */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause) return causeOf(error.cause);
  const { code } = error as NodeJS.ErrnoException;
  return error.message || code || error.name;
}

type Answer = { readonly response: Response; readonly chunks: AsyncGenerator<Uint8Array>; stop(): void };

/** A request's answer and its chunks, each within `idle` milliseconds of what came before it; `stop` ends it. */
async function ask(url: string, headers: Record<string, string>, idle: number): Promise<Answer> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error(`nothing came for ${idle / 1000} s`));
  let timer = setTimeout(giveUp, idle);
  const stop = () => {
    clearTimeout(timer);
    controller.abort();
  };
  try {
    // Compression on the way would hide the file's own bytes from the count.
    const all = { 'accept-encoding': 'identity', ...headers };
    const response = await fetch(url, { signal: controller.signal, headers: all });
    // 416: the bytes asked for are past the end, so that what is here may be all of it.
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

/** An entity tag that promises the same bytes, or ''. */
function strongTag(response: Response): string {
  const tag = response.headers.get('etag') ?? '';
  return tag.startsWith('"') ? tag : '';
}

const tagOf = (part: string): string => `${part}.etag`;

async function discard(part: string): Promise<void> {
  await Promise.all([rm(part, { force: true }), rm(tagOf(part), { force: true })]);
}

/**
 * This process's part of a file: its name keeps two runs from writing one file. The part that a process left which is
 * proven dead is taken over.
 */
async function claim(path: string): Promise<string> {
  const own = partOf(path);
  for (const name of await readdir(dirname(path))) {
    const owner = name.startsWith(`${basename(path)}.`) ? partOwner(name) : undefined;
    const left = join(dirname(path), name);
    if (left === own || owner === undefined || !isDead(owner, thisOwner())) continue;
    if ((await lengthOf(own)) !== undefined) await discard(left);
    // Another run may be quicker; a part without its tag is still checked by the hash.
    await rename(tagOf(left), tagOf(own)).catch(() => {});
    await rename(left, own).catch(() => {});
  }
  return own;
}

/** Where the answer's bytes belong: `held`, or 0 where it is the whole file. Throws where it is not what was asked. */
function placeOf(response: Response, held: number, tag: string): number {
  const { status, headers } = response;
  if (status === 416) return held;
  if (status !== 206) return 0;
  const range = headers.get('content-range') ?? '';
  if (!range.startsWith(`bytes ${held}-`))
    throw new Error(`the server was asked for byte ${held} and sends '${range}'`);
  const now = strongTag(response);
  if (tag !== '' && now !== '' && tag !== now) throw new Error('the file on the server has changed');
  return held;
}

/** Passes an error of the network on as one that tells the fix, and how much is kept. */
async function orNotObtained<T>(file: RemoteFile, part: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const held = (await lengthOf(part)) ?? 0;
    const kept = held > 0 ? ` (${held} of ${file.bytes} bytes are kept for the next run)` : '';
    throw notObtained(`${file.name} cannot be fetched from ${file.url}: ${causeOf(error)}${kept}`, file);
  }
}

/** Brings the part to its end and checks it. Returns its hash. */
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
      log(`going on from byte ${length}`);
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

/** Whether an error is of writing here, not of the network. */
const isOfDisk = (error: unknown): boolean =>
  ['write', 'open', 'close'].includes((error as NodeJS.ErrnoException).syscall ?? '');

/**
 * Downloads a file to `path`, going on where an earlier run was cut off if the server's file is the same by its entity
 * tag; what is put together wrongly is fetched once more as a whole. Returns its SHA-256. Throws an error with a `fix`
 * where the network fails, and keeps what has come; throws one without, and keeps nothing, where the file is another.
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
      // What fills a disk gives its space back.
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
