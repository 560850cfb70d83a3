import { basename, join } from 'node:path';
import type { Head } from '../../reference/datasets/class-names.ts';
import type { Decoding, FoundImages, ImageRequest, ResizedImages } from '../../reference/datasets/dataset.ts';
import { DATA_SETS, findDataSet } from '../../reference/datasets/datasets.ts';
import { misfit, preprocessingOf } from '../../reference/datasets/fits.ts';
import { obtainImages } from '../../reference/datasets/obtain.node.ts';
import { obtainFolder } from '../../reference/datasets/packed-folder.node.ts';
import type { Preprocessing } from '../../reference/datasets/preprocessing.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import type { LabelledImages } from '../contract/visit.ts';
import { type Cell, isOwn } from '../plan/cell.ts';
import type { LabelledData } from '../plan/profiles.ts';
import { needsImages, usesImages } from '../suites.ts';
import type { GroupFiles } from './files.ts';
import type { Group } from './runner.ts';
import { here, orMissing, type Source } from './sources.ts';

/** The images that trained models are scored on. */
export type ImageSource = {
  /** Those that a model is scored on, or why they are missing; undefined where it is scored on none. */
  of(model: string): Source<LabelledImages> | undefined;
  /** Whether they are still decoded, and how many there are; undefined where nothing has to be decoded. */
  decoding(model: string): (Decoding & { readonly images: number }) | undefined;
  /** The same images resized in other ways, which are made where a score is in doubt; undefined where there are none. */
  resizedOf(group: Pick<Group, 'cells'>): ResizedImages | undefined;
  /** Where a page finds them. */
  readonly mounts: { readonly [url: string]: string };
  /** To be called when the run no longer reads them. */
  release(): Promise<void>;
};

/** What is known of a model that is to be scored: its classes, and how its input is made. */
type Scored = {
  readonly head: Head;
  readonly preprocessing: Preprocessing;
  /** The set that it was trained on; undefined for a custom model. */
  readonly trained: string | undefined;
  readonly predictions: readonly number[] | undefined;
};

/** What is requested: models, custom ones with their number of classes, and the images given with `--data`. */
export type ImageOptions = {
  readonly models: readonly string[];
  readonly own: readonly { readonly id: string; readonly classes: number }[];
  readonly data: LabelledData | undefined;
  readonly log: (line: string) => void;
};

function scoredOf(model: string, { own, data }: ImageOptions): Scored | undefined {
  const row = findCheckpoint(model);
  const given = findDataSet(data?.set ?? '');
  if (row !== undefined) {
    const { dataset: trained, classes, predictions } = row;
    const names = findDataSet(trained)?.names;
    const preprocessing = preprocessingOf(given, row.preprocessing);
    return { head: { model, classes, names }, preprocessing, trained, predictions };
  }
  const mine = own.find(({ id }) => id === model);
  if (mine === undefined || data?.preprocessing === undefined) return undefined;
  const head = { model, classes: mine.classes, names: undefined };
  return {
    head,
    preprocessing: preprocessingOf(given, data.preprocessing),
    trained: undefined,
    predictions: undefined,
  };
}

/** A set's images, and its id; undefined for a folder. */
type Named = { readonly id: string | undefined; readonly title: string; readonly found: FoundImages };

/** The images of a row for a model; why not, where the model was trained for other classes or they cannot be had now. */
async function imagesOf(id: string, { head, trained }: Scored, request: ImageRequest): Promise<Source<Named>> {
  const row = findDataSet(id);
  if (row === undefined) {
    const titles = DATA_SETS.map(({ title }) => title).join(', ');
    return { reason: `images of ${id} are not supported`, fix: `score a model that was trained for one of: ${titles}` };
  }
  const wrong = misfit(row, { ...head, trained });
  if (wrong !== undefined) return wrong;
  return obtainImages(row, request).then(
    (found): Named => {
      const part = found.images === row.images ? row.title : `${row.title}, first ${found.images} images`;
      return { id, title: found.title ?? part, found };
    },
    (error) => orMissing(error, false),
  );
}

/** The share of images that a checkpoint should classify correctly, as counted or published; undefined where unknown. */
function expectedOf(model: string): number | undefined {
  const { counted, top1 } = findCheckpoint(model) ?? {};
  if (counted !== undefined) return counted.right / counted.images;
  return top1 === undefined ? undefined : top1 / 100;
}

/** The share of another set's images that a model has right; undefined where it is not known. */
function expectedOn(id: string | undefined, model: string): number | undefined {
  const row = id === undefined ? undefined : findDataSet(id);
  const right = row?.right?.[model];
  return row === undefined || right === undefined ? undefined : right / row.images;
}

/** The images that a model is scored on. */
async function findFor(scored: Scored, { data, log }: ImageOptions): Promise<Source<Named>> {
  const { preprocessing, trained, head } = scored;
  const request = { preprocessing, log };
  if (data?.folder === undefined) return imagesOf(data?.set ?? trained ?? '', scored, request);
  return obtainFolder({ folder: data.folder, labels: data.labels }, head, request).then(
    (found): Named => ({ id: undefined, title: found.title ?? '', found }),
    // It may fit another model.
    (error) => orMissing(error, false),
  );
}

/**
 * Finds the images that each model is scored on: those that were given, otherwise those of the set that it was trained
 * for. They are decoded where that is needed, the first at once, the others during visits. Throws where a copy is damaged,
 * and where given images fit no model.
 */
export async function findImages(options: ImageOptions): Promise<ImageSource> {
  const found = new Map<string, Source<LabelledImages>>();
  const resized = new Map<string, ResizedImages>();
  const mounts: { [url: string]: string } = {};
  const decoding = new Map<string, Decoding & { readonly images: number }>();
  const all = new Map<string, Source<Named>>();
  for (const model of options.models) {
    const scored = scoredOf(model, options);
    if (scored === undefined) continue;
    const { head, preprocessing, trained, predictions } = scored;
    // Models of equal heads and geometry share their images.
    const key = JSON.stringify([trained ?? head, preprocessing.resize ?? null]);
    const known = all.get(key) ?? (await findFor(scored, options));
    all.set(key, known);
    if (!here(known)) {
      found.set(model, known);
      continue;
    }
    const { id, title, found: images } = known;
    found.set(model, {
      dataset: id,
      path: images.path,
      files: images.files && `/image-files/${id ?? 'folder'}/`,
      name: title,
      preprocessing,
      predictions: id === trained ? predictions : undefined,
      expected: id === trained ? expectedOf(model) : expectedOn(id, model),
      ...(id === undefined && images.classNames && { classNames: images.classNames }),
      ...(images.resized && { resized: images.resized.ways }),
    });
    if (images.decoding !== undefined) decoding.set(model, { ...images.decoding, images: images.images });
    if (images.resized !== undefined) resized.set(model, images.resized);
    for (const path of [images.path, ...(images.beside ?? []), ...(images.resized?.files ?? [])])
      mounts[`/images/${id ?? 'folder'}/${basename(path)}`] = path;
    // Each is mounted alone, so that no other file of the folder is served.
    for (const name of images.files?.names ?? [])
      mounts[`/image-files/${id ?? 'folder'}/${name}`] = join(images.files?.root ?? '', ...name.split('/'));
  }
  const reasons = [...found.values()].flatMap((one) => (here(one) ? [] : [one]));
  const [first] = reasons;
  if (options.data !== undefined && first !== undefined && reasons.length === found.size)
    throw new Error(`${first.reason}: ${first.fix}`);
  return {
    of: (model) => found.get(model),
    decoding: (model) => decoding.get(model),
    resizedOf: ({ cells: [cell] }) => resized.get(cell?.model ?? ''),
    mounts,
    async release() {
      for (const one of all.values()) if (here(one)) await one.found.release?.();
    },
  };
}

/** The models of cells that get labelled images: all that are scored, and those whose right classes are known. */
export function scoredModels(cells: readonly Cell[], data: LabelledData | undefined): string[] {
  const known = (model: string) => data === undefined && findCheckpoint(model)?.predictions !== undefined;
  const scored = cells.filter(({ suite, model }) => needsImages(suite) || (usesImages(suite) && known(model)));
  return [...new Set(scored.map(({ model }) => model))];
}

/** The custom models of groups, and the number of their classes. */
export const headsOf = (groups: readonly Group[], files: ReadonlyMap<string, GroupFiles>): ImageOptions['own'] =>
  groups.flatMap(({ key, cells: [cell] }) => {
    const network = files.get(key)?.network;
    return cell === undefined || network === undefined || !isOwn(cell.model)
      ? []
      : [{ id: cell.model, classes: network.classes }];
  });
