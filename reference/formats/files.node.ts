import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, win32 } from 'node:path';
import type { HashedFile } from '../models/load.ts';
import { quote } from '../quote.ts';
import { oneLine } from '../text.ts';
import { weightFiles } from './graph-model/parse.ts';
import { externalFiles } from './onnx/parse.ts';

/** A model's files, the main one first, and what kind of model they are. */
export type OwnFiles = {
  readonly format: 'onnx' | 'graph-model' | 'checkpoint';
  readonly files: readonly HashedFile[];
};

const CHECKPOINTS = ['.safetensors', '.pth', '.th', '.pt'];
/** What TensorFlow's converter calls every model's main file. */
export const MODEL_JSON = 'model.json';

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
 * The path, without links, of a file that a model refers to by `name`. Throws where that leads out of the model's folder,
 * by its name or over a link, where it has backslashes, which a page's address cannot, and where there is none.
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
 * The files of the model at a path: an ONNX file, a TF.js graph model's model.json or its folder, or a checkpoint; and
 * those that it refers to. Throws one line where a file is missing, of no known type, or refers to one outside of its
 * folder.
 */
export async function findOwnFiles(given: string): Promise<OwnFiles> {
  const isFolder = (await stat(given).catch(() => undefined))?.isDirectory() ?? false;
  const path = resolve(given, isFolder ? MODEL_JSON : '');
  const kind = extname(path).toLowerCase();
  const isCheckpoint = CHECKPOINTS.includes(kind);
  if (!isCheckpoint && kind !== '.onnx' && kind !== '.json')
    throw new Error(
      `${given}: not a type of file that is known: .onnx, a TF.js graph model's ${MODEL_JSON} or its folder, or ARCHITECTURE=checkpoint (${CHECKPOINTS.join(', ')})`,
    );
  const bytes = await readWhole(path);
  const main = hashed(basename(path), path, bytes);
  if (isCheckpoint) return { format: 'checkpoint', files: [main] };
  let names: string[];
  try {
    names = kind === '.onnx' ? externalFiles(bytes) : weightFiles(bytes);
  } catch (error) {
    throw new Error(oneLine(`${main.name}: ${(error as Error).message}`));
  }
  const files = [main];
  // However many names a model has for a file, it is read once.
  const read = new Map<string, HashedFile>();
  for (const name of names) {
    const place = await pathBeside(path, name);
    const before = read.get(place);
    // TF.js would join its bytes again for each name.
    if (before !== undefined && kind === '.json')
      throw new Error(`${main.name} refers to one file as ${quote(before.name)} and as ${quote(name)}`);
    const file = before === undefined ? hashed(name, place, await readWhole(place)) : { ...before, name };
    read.set(place, file);
    files.push(file);
  }
  return { format: kind === '.onnx' ? 'onnx' : 'graph-model', files };
}
