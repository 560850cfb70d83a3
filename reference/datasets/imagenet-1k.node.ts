import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathKind } from '../path-kind.node.ts';
import { cacheFolder } from '../weights/checkpoint-files.node.ts';
import { unavailable } from '../weights/download.node.ts';
import type { DataSetModule } from './dataset.ts';
import { IMAGENET } from './imagenet-1k.ts';
import type { FolderSource } from './labelled-folder.node.ts';
import { obtainSet } from './unpacked-set.node.ts';

/** Where the images are below a folder: in itself, as torchvision unpacks them, and as Kaggle does. */
const PLACES = ['ILSVRC/Data/CLS-LOC/val', 'ILSVRC2012_img_val', 'val', '.'];

/** Files of labels by image name. */
const LABELS = ['LOC_val_solution.csv', 'val.txt'];

/** The labels file of a folder without class folders, in it or above it. */
async function labelsOf(folder: string, top: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isDirectory() && /^n\d{8}$/.test(entry.name))) return undefined;
  for (const place of [folder, dirname(folder), top])
    for (const name of LABELS) if ((await pathKind(join(place, name))) === 'file') return join(place, name);
  return undefined;
}

/** The images below a folder, and their labels; undefined where there is no such folder. */
async function findBelow(top: string): Promise<FolderSource | undefined> {
  for (const place of PLACES) {
    const folder = join(top, place);
    if ((await pathKind(folder)) === 'folder') return { folder, labels: await labelsOf(folder, top) };
  }
  return undefined;
}

export const obtainImages: DataSetModule['obtainImages'] = async (request) => {
  const { RESNET_IMAGENET: named } = process.env;
  const top = named ? resolve(named) : join(cacheFolder(), IMAGENET.id);
  const source = await findBelow(top);
  if (source === undefined)
    throw unavailable(
      `the ${IMAGENET.title} is not in ${top}, and may not be downloaded`,
      'set RESNET_IMAGENET to its folder: one folder per synset, or all images with LOC_val_solution.csv beside them',
    );
  return obtainSet(IMAGENET, source, request);
};
