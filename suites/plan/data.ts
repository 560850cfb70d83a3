import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DATA_SETS, findDataSet } from '../../reference/datasets/datasets.ts';
import { misfit, preprocessingOf } from '../../reference/datasets/fits.ts';
import type { Preprocessing } from '../../reference/datasets/preprocessing.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import { needsImages } from '../suites.ts';
import type { Ask } from './ask.ts';
import type { Cell } from './cell.ts';
import { mustKnow, unknown } from './nearest.ts';
import { PREPROCESSINGS, parsePreprocessing } from './preprocess.ts';
import type { LabelledData, Profile } from './profiles.ts';

/** Maximum of bytes in a preprocessing file. */
const MOST_BYTES = 2 ** 16;

const kindOf = async (path: string): Promise<'folder' | 'file' | undefined> => {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? 'folder' : found?.isFile() ? 'file' : undefined;
};

/** A preprocessing by its name or file. Throws one line. */
async function readPreprocessing(word: string): Promise<Preprocessing> {
  const named = Object.hasOwn(PREPROCESSINGS, word) ? PREPROCESSINGS[word] : undefined;
  if (named !== undefined) return named;
  const found = await stat(word).catch(() => undefined);
  if (!found?.isFile()) mustKnow('preprocessing', word, Object.keys(PREPROCESSINGS));
  if ((found?.size ?? 0) > MOST_BYTES) throw new Error(`${word} is too large for a preprocessing`);
  try {
    return parsePreprocessing(await readFile(word, 'utf8'));
  } catch (error) {
    throw new Error(`${word}: ${(error as Error).message}`);
  }
}

/** The folder or set that `--data` names. A folder of that name wins. Throws, with the nearest set, where it is neither. */
async function placeOf(data: string): Promise<Pick<LabelledData, 'folder' | 'set'>> {
  if ((await kindOf(data)) === 'folder') return { folder: resolve(data), set: undefined };
  const ids = DATA_SETS.map(({ id }) => id);
  if (ids.includes(data)) return { folder: undefined, set: data };
  if ((await kindOf(data)) === 'file') throw new Error(`${data} is a file: give --data the folder of the images`);
  if (/[/\\.]/.test(data)) throw new Error(`no folder ${data}`);
  throw new Error(`no folder ${data}, and ${unknown('data set', data, ids).message}`);
}

/**
 * The images that the user gave, checked as far as their folder need not be read. Throws one line where options have no
 * meaning together, and where a file is missing or damaged.
 */
export async function readData({ data, labels, preprocess, files = [] }: Ask): Promise<LabelledData | undefined> {
  if (data === undefined) {
    const [flag] = [labels && '--labels', preprocess && '--preprocess'].filter((one) => one);
    if (flag) throw new Error(`${flag} is for images that --data names: give --data FOLDER`);
    return undefined;
  }
  const { folder, set } = await placeOf(data);
  if (labels !== undefined && folder === undefined) throw new Error(`${data} has its own labels: leave --labels out`);
  if (labels !== undefined && (await kindOf(labels)) !== 'file') throw new Error(`no labels file ${labels}`);
  if (files.length > 0 && preprocess === undefined)
    throw new Error(
      `how a custom model's input is made of an image is not known: give --preprocess ${Object.keys(PREPROCESSINGS).join(', ')}, or a JSON file`,
    );
  if (files.length === 0 && preprocess !== undefined)
    throw new Error('--preprocess is for custom models (--model): a checkpoint has its own preprocessing');
  const preprocessing = preprocess === undefined ? undefined : await readPreprocessing(preprocess);
  return { folder, set, labels: labels === undefined ? undefined : resolve(labels), preprocessing };
}

/**
 * Throws where images are given and no cell is scored on them, where they are cropped to the size of none, and where they
 * are those of a set that has the classes of none of the checkpoints.
 */
export function mustUse({ data }: Profile, cells: readonly Cell[]): void {
  const scored = cells.filter(({ suite }) => needsImages(suite));
  if (data === undefined) return;
  if (scored.length === 0)
    throw new Error('--data gives images to score networks on, and no cell does that: add accuracy to the suites');
  const set = findDataSet(data.set ?? '');
  const sized = scored.map(({ model, size }) => {
    const own = findCheckpoint(model)?.preprocessing ?? data.preprocessing;
    const crop = own && preprocessingOf(set, own).resize?.crop;
    return crop === undefined || crop === size ? undefined : { crop, size };
  });
  const [odd] = sized;
  if (odd !== undefined && sized.every((one) => one !== undefined))
    throw new Error(
      `images are cropped to ${odd.crop}×${odd.crop}, and the cell is of ${odd.size}×${odd.size}: leave its size open`,
    );
  if (set === undefined) return;
  const wrong = scored.map(({ model }) => {
    const row = findCheckpoint(model);
    return row && misfit(set, { model, classes: row.classes, trained: row.dataset });
  });
  const [first] = wrong;
  if (first !== undefined && wrong.every((one) => one !== undefined)) throw new Error(`${first.reason}: ${first.fix}`);
}
