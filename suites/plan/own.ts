import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { findOwnFiles, isNamedByFolder } from '../../reference/formats/model-files.node.ts';
import { graphsOf, openModel } from '../../reference/models/load.ts';
import { findModel, MODELS } from '../../reference/models/models.ts';
import { checkFiles, machineMemory, type TooLarge, tooLarge } from '../engine/machine-memory.ts';
import { shapeKey } from '../engine/preparing.ts';
import { type Cell, OWN_TAG } from './cell.ts';
import { OWN, type OwnModel, type Profile } from './profiles.ts';
import { mustKnow } from './query.ts';

/**
 * A file's name, with `_` for characters that have a meaning in a cell id. Its folder's name where all files of the
 * format have the same name.
 */
function nameOf(path: string): string {
  const whole = resolve(path);
  const named = isNamedByFolder(whole) ? dirname(whole) : whole;
  return basename(named, extname(named)).replace(/[^A-Za-z0-9_-]/g, '_');
}

/** Splits `net.onnx` or `resnet50=weights.safetensors` into the architecture, if any, and the path. */
function split(word: string): { arch: string | undefined; path: string } {
  const [, arch, path] = word.match(/^([^=/\\]+)=(.+)$/) ?? [];
  return path === undefined ? { arch: undefined, path: word } : { arch, path };
}

async function readOne(word: string): Promise<OwnModel> {
  const { arch, path } = split(word);
  const { format, files } = await findOwnFiles(path);
  const id = `${nameOf(path)}.${OWN_TAG}`;
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  checkFiles(files[0]?.name ?? path, total, machineMemory());
  if (format === undefined && arch === undefined)
    throw new Error(`${path} holds weights alone: write ARCHITECTURE=${path}, such as resnet50=${path}`);
  if (arch !== undefined && format !== undefined)
    throw new Error(`${word}: ${path} holds its own architecture: write ${path} alone`);
  if (arch !== undefined && findModel(arch) === undefined)
    mustKnow(
      'architecture',
      arch,
      MODELS.map((row) => row.id),
    );
  const source =
    format === undefined
      ? ({ format: 'architecture', model: `${arch}.${OWN_TAG}`, files } as const)
      : ({ format, model: id, files } as const);
  const opened = await openModel(source, readFile);
  const hash = createHash('sha256');
  for (const { name, sha256 } of files) hash.update(`${name}\0${sha256}\0`);
  return { id, source, files, sha256: hash.digest('hex'), batch: opened.batch, size: opened.size };
}

/**
 * Reads custom models: `net.onnx`, `folder/model.json`, `resnet50=weights.safetensors`. Throws one line where one
 * cannot be read, and where two have the same name.
 */
export async function readOwnModels(words: readonly string[]): Promise<OwnModel[]> {
  const models: OwnModel[] = [];
  for (const word of words) {
    const model = await readOne(word);
    if (models.some(({ id }) => id === model.id)) throw new Error(`two models are named '${model.id}': rename a file`);
    models.push(model);
  }
  return models;
}

/** The profile; where there are custom models, a wildcard means those. */
export function withOwn(profile: Profile, own: readonly OwnModel[]): Profile {
  if (own.length === 0) return profile;
  const { sizes = OWN } = profile.models[0] ?? {};
  return { ...profile, models: own.map((model) => ({ model: model.id, sizes, own: model })) };
}

/**
 * Reads custom models at the batch and size of their cells, and compares the memory that each cell's model needs with
 * `limit` bytes. Returns those that need more, by model, batch and size. Throws one line where a model is not supported
 * as requested, and where no cell is left.
 */
export async function checkModels(
  cells: readonly Cell[],
  own: readonly OwnModel[],
  limit: number,
): Promise<Map<string, TooLarge>> {
  const found = new Map<string, TooLarge>();
  const byModel = new Map<string, Map<string, Cell>>();
  for (const cell of cells) {
    const shapes = byModel.get(cell.model) ?? new Map<string, Cell>();
    byModel.set(cell.model, shapes.set(`${cell.batch}:${cell.size}`, cell));
  }
  for (const [model, shapes] of byModel) {
    const source =
      own.find(({ id }) => id === model)?.source ?? ({ format: 'architecture', model, files: [] } as const);
    const graphAt = await graphsOf(source, readFile);
    for (const cell of shapes.values()) {
      const why = tooLarge(model, graphAt(cell.batch, cell.size).graph, cell, limit);
      if (why !== undefined) found.set(shapeKey(cell), why);
    }
  }
  const [first] = found.values();
  if (first !== undefined && cells.every((cell) => found.has(shapeKey(cell))))
    throw new Error(`${first.reason}: ${first.fix}`);
  return found;
}
