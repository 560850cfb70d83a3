import { basename } from 'node:path';
import { DATA_SETS, findDataSet } from '../../reference/datasets/datasets.ts';
import { obtainImages } from '../../reference/datasets/obtain.node.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import type { LabelledImages } from '../contract/visit.ts';
import { here, orMissing, type Source } from './sources.ts';

/** Where images of a data set are, and the available part as text. */
type Images = Pick<LabelledImages, 'path' | 'name'>;

/** The images that trained models are scored on. */
export type ImageSource = {
  /** Those that a model was trained for, or why they are missing; undefined where it is scored on none. */
  of(model: string): Source<LabelledImages> | undefined;
  /** Where a page finds them. */
  readonly mounts: { readonly [url: string]: string };
};

/** The images of a data set; where they are not to be had now, why. A damaged copy throws. */
async function imagesOf(id: string, log: (line: string) => void): Promise<Source<Images>> {
  const row = findDataSet(id);
  if (row === undefined) {
    const titles = DATA_SETS.map(({ title }) => title).join(', ');
    return { reason: `images of ${id} are not supported`, fix: `score a model that was trained for one of: ${titles}` };
  }
  return obtainImages(row, log).then(
    ({ path, images }): Source<Images> => ({
      path,
      name: images === row.images ? row.title : `${row.title}, first ${images} images`,
    }),
    (error) => orMissing(error, false),
  );
}

/** Finds the images of each data set that the models were trained for. Throws where a copy is damaged. */
export async function findImages(models: readonly string[], log: (line: string) => void): Promise<ImageSource> {
  const found = new Map<string, Source<Images>>();
  for (const id of new Set(models.flatMap((model) => findCheckpoint(model)?.dataset ?? [])))
    found.set(id, await imagesOf(id, log));
  return {
    of(model) {
      const row = findCheckpoint(model);
      const images = row && found.get(row.dataset);
      if (row === undefined || images === undefined) return undefined;
      if (!here(images)) return images;
      const { dataset, preprocessing, predictions } = row;
      return { dataset, path: images.path, name: images.name, preprocessing, predictions };
    },
    mounts: Object.fromEntries(
      [...found].flatMap(([id, one]) => (here(one) ? [[`/images/${id}/${basename(one.path)}`, one.path]] : [])),
    ),
  };
}
