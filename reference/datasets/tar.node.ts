import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Extract, extract } from 'tar-stream';

/**
 * Maximum of files, and of their bytes, that are skipped in search of one: CIFAR-10's archive has 8 files in 185 MB.
 */
const MOST_FILES = 1000;
const MOST_BYTES = 2 ** 30;

/** Maximum of bytes between two files; long names take some of them. */
const MOST_BETWEEN = 2 ** 24;
const PIECE = 2 ** 20;

// Archives older than POSIX's format do not state their format. The package's types lack this option.
const ANY_FORMAT: Parameters<typeof extract>[0] & { readonly allowUnknownFormat: true } = { allowUnknownFormat: true };

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

/** How many bytes the parser was given, and how many it may get until the next file begins. */
type Fed = { given: number; allowed: number };

async function* bounded(stream: AsyncIterable<Uint8Array>, fed: Fed, ended: () => Error): AsyncGenerator<Uint8Array> {
  for await (const bytes of stream)
    for (let at = 0; at < bytes.length; at += PIECE) {
      if (fed.given > fed.allowed) throw ended();
      const piece = bytes.subarray(at, at + PIECE);
      fed.given += piece.length;
      yield piece;
    }
}

async function contentOf(entry: Entry, size: number): Promise<Uint8Array> {
  const whole = new Uint8Array(size);
  let at = 0;
  for await (const part of entry as AsyncIterable<Uint8Array>) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function find(files: Extract, member: string, most: number, fed: Fed) {
  let [count, passed] = [0, 0];
  for await (const entry of files) {
    const { name, type, size } = entry.header;
    if (name === member && type === 'file') {
      if (size > most) throw new Error(`${member} in the archive has ${size} bytes, over the ${most} expected`);
      return await contentOf(entry, size);
    }
    count++;
    passed += size;
    if (count >= MOST_FILES)
      throw new Error(`the archive does not give ${member} within its first ${MOST_FILES} files`);
    if (passed > MOST_BYTES)
      throw new Error(
        `the archive has files over the ${MOST_BYTES / 2 ** 20} MB allowed before it has given ${member}`,
      );
    fed.allowed = fed.given + size + MOST_BETWEEN;
    entry.resume();
  }
  return undefined;
}

/** An error of the parser in this project's words: `ended` where the archive ends early. Others are returned as they are. */
function parserError(error: unknown, ended: () => Error): unknown {
  const said = error instanceof Error ? error.message : '';
  if (said === 'Unexpected end of data') return ended();
  return /^(?:Invalid (?:tar )?header|Header exceeds)/.test(said) ? new Error('the archive is no tar file') : error;
}

/**
 * The content of one file in a tar stream. Throws where the archive does not hold it completely, where it has more than
 * `most` bytes, and where too much comes before it. Errors of the stream are passed on.
 */
export async function tarMember(stream: AsyncIterable<Uint8Array>, member: string, most: number): Promise<Uint8Array> {
  const ended = () => new Error(`the archive ends before it has given ${member}`);
  const fed = { given: 0, allowed: MOST_BETWEEN };
  const archive = extract(ANY_FORMAT);
  // An error of the archive also ends the search, which reports it.
  const feeding = pipeline(Readable.from(bounded(stream, fed, ended)), archive).catch(() => {});
  try {
    const content = await find(archive, member, most, fed);
    if (content === undefined) throw ended();
    return content;
  } catch (error) {
    throw parserError(error, ended);
  } finally {
    archive.destroy();
    await feeding;
  }
}

/** A file in an archive, by its path below the folder that was asked for. */
export type TarFile = { readonly path: string; readonly content: Uint8Array };

/** Bounds on what is read from an archive. */
export type TarBounds = { readonly files: number; readonly bytesEach: number; readonly bytes: number };

/**
 * The files below a folder in a tar stream, in order. Throws where a path leads out of that folder, where there is more
 * than the bounds allow, and where the archive ends early. Errors of the stream are passed on.
 */
export async function* tarFiles(
  stream: AsyncIterable<Uint8Array>,
  folder: string,
  bounds: TarBounds,
): AsyncGenerator<TarFile> {
  const archive = extract(ANY_FORMAT);
  const feeding = pipeline(Readable.from(stream), archive);
  feeding.catch(() => {});
  let [files, bytes] = [0, 0];
  try {
    for await (const entry of archive) {
      const { name, type, size } = entry.header;
      files++;
      bytes += size;
      if (files > bounds.files) throw new Error(`the archive has over ${bounds.files} files`);
      if (bytes > bounds.bytes) throw new Error(`the archive has over ${bounds.bytes} bytes of files`);
      if (type !== 'file' || !name.startsWith(`${folder}/`)) {
        entry.resume();
        continue;
      }
      const path = name.slice(folder.length + 1);
      const parts = path.split('/');
      if (/[\\\0]/.test(path) || parts.some((part) => ['', '.', '..'].includes(part)))
        throw new Error(`the archive has a file outside of ${folder}: ${JSON.stringify(name.slice(0, 80))}`);
      if (size > bounds.bytesEach)
        throw new Error(`${path} in the archive has ${size} bytes, over ${bounds.bytesEach}`);
      yield { path, content: await contentOf(entry, size) };
    }
    await feeding;
  } catch (error) {
    throw parserError(error, () => new Error('the archive ends early'));
  } finally {
    archive.destroy();
    await feeding.catch(() => {});
  }
}
