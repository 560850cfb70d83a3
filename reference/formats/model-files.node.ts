import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, win32 } from 'node:path';
import type { HashedFile } from '../models/load.ts';
import { pathKind } from '../path-kind.node.ts';
import { quote } from '../quote.ts';
import { oneLine } from '../text.ts';
import { FORMATS, type FormatId } from './formats.ts';

/** A model's files, the main one first. */
export type OwnFiles = {
  /** The format of a file with a network; undefined for a checkpoint, which has weights only. */
  readonly format: FormatId | undefined;
  readonly files: readonly HashedFile[];
};

const CHECKPOINTS = ['.safetensors', '.pth', '.th', '.pt'];
/** Names of main files of formats that name a model by its folder. */
const MAINS = FORMATS.filter(({ own }) => own.byFolder).map(({ main }) => main);

/** Whether a file's name does not name its model, since all files of its format have this name. */
export const isNamedByFolder = (path: string): boolean => MAINS.includes(basename(path));

async function readWhole(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot read ${path} (${error.code})`);
  });
  if (!found.isFile()) throw new Error(`cannot read ${path}: it is no file`);
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`cannot read ${path} (${error.code})`);
  });
}

/**
 * The path, with links resolved, of a file that a model refers to by `name`. Throws where it is outside the model's
 * folder (by its name or through a link), where the name has backslashes, which a URL cannot have, and where there is
 * no such file.
 */
async function pathBeside(main: string, name: string): Promise<string> {
  const folder = dirname(main);
  const outside = () =>
    new Error(`${basename(main)} refers to ${quote(name)}, outside of its folder: only files in there are read`);
  if (name.includes('\\') || name.includes('\0'))
    throw new Error(`${basename(main)} refers to ${quote(name)}: write folders with /`);
  if (isAbsolute(name) || win32.isAbsolute(name) || name.split(/[\\/]/).includes('..')) throw outside();
  const path = join(folder, name);
  const real = await realpath(path).catch(() => {
    throw new Error(`${basename(main)} refers to ${quote(name)}, which is not in its folder`);
  });
  if (relative(await realpath(folder), real).split(/[\\/]/)[0] === '..') throw outside();
  return real;
}

const hashed = (name: string, path: string, bytes: Uint8Array): HashedFile => ({
  ...{ name, path, bytes: bytes.length },
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/**
 * The main file of the model in a folder: the first existing one among those of formats that name a model by its
 * folder.
 */
async function mainIn(folder: string): Promise<string> {
  for (const main of MAINS) if (await stat(join(folder, main)).catch(() => undefined)) return join(folder, main);
  return join(folder, MAINS[0] ?? '');
}

/**
 * The files of the model at a path, in any format or a checkpoint, including those that the main file refers to. Throws
 * one line where a file is missing, of unknown type, or refers to a file outside its folder.
 */
export async function findOwnFiles(given: string): Promise<OwnFiles> {
  const isFolder = (await pathKind(given)) === 'folder';
  const path = resolve(isFolder ? await mainIn(given) : given);
  const kind = extname(path).toLowerCase();
  const isCheckpoint = CHECKPOINTS.includes(kind);
  const format = FORMATS.find(({ own }) => own.extension === kind);
  if (!isCheckpoint && format === undefined)
    throw new Error(
      `${given}: not a type of file that is known: ${FORMATS.map(({ own }) => own.text).join(', ')}, or ARCHITECTURE=checkpoint (${CHECKPOINTS.join(', ')})`,
    );
  const bytes = await readWhole(path);
  const main = hashed(basename(path), path, bytes);
  if (format === undefined) return { format: undefined, files: [main] };
  const { references } = await format.read();
  let names: string[];
  try {
    names = references(bytes);
  } catch (error) {
    throw new Error(oneLine(`${main.name}: ${(error as Error).message}`));
  }
  const files = [main];
  // A file is read once, even if a model has several names for it.
  const read = new Map<string, HashedFile>();
  for (const name of names) {
    const place = await pathBeside(path, name);
    const before = read.get(place);
    if (before !== undefined && !format.own.aliases)
      throw new Error(`${main.name} refers to one file as ${quote(before.name)} and as ${quote(name)}`);
    const file = before === undefined ? hashed(name, place, await readWhole(place)) : { ...before, name };
    read.set(place, file);
    files.push(file);
  }
  return { format: format.id, files };
}
