import type { ImageSet } from '../../reference/datasets/dataset.ts';
import { shown } from '../../reference/quote.ts';
import { nonfiniteIn } from '../contract/answers.ts';
import type { Session, Tools } from '../contract/backend.ts';
import { batchValues, classify, imageBatch, openImagesSoFar, whole } from '../contract/classify.ts';
import type { ClassifiedBefore, Visit } from '../contract/visit.ts';
import { imagesOf } from './parts.ts';
import { decodePieces, encodePieces, type ImageScore, scoreOf } from './per-image.ts';
import type { AccuracyResult } from './schema.ts';

/** Milliseconds after which the parent is told what was classified meanwhile. */
const TOLD_MS = 1000;

/** What the record says of images that are left out, or equal others. */
const notesOf = ({ skipped, duplicates }: ImageSet): Pick<AccuracyResult, 'skipped' | 'duplicates'> => ({
  ...(skipped && skipped.count > 0 ? { skipped } : {}),
  ...(duplicates && duplicates.count > 0 ? { duplicates } : {}),
});

/** An image's label; of several right ones, the answer where that is one of them. */
const labelOf = ({ labels, also }: ImageSet, image: number, answer: number): number =>
  also?.[image]?.includes(answer) ? answer : (labels[image] as number);

/** What a visit classified: its result, each image's score from the image `first` on, and the set. */
export type Classified = {
  readonly result: AccuracyResult;
  readonly first: number;
  readonly scores: readonly ImageScore[];
  readonly set: ImageSet;
};

/** What is known of images in a row, the first of which has the number `first`. */
type ImageTally = Pick<Classified, 'first'> & {
  images: number;
  top1: number;
  top5: number;
  nonfinite: number;
  readonly differs: { image: number; expected: number; got: number }[];
  readonly scores: ImageScore[];
};

const emptyTally = (first: number): ImageTally => ({
  ...{ first, images: 0, top1: 0, top5: 0, nonfinite: 0 },
  ...{ differs: [], scores: [] },
});

/** The tally of an interrupted visit, which began with the same image. */
function tallyOf(first: number, before: ClassifiedBefore | undefined): ImageTally {
  if (before === undefined || before.first !== first) return emptyTally(first);
  const { images, top1, top5, nonfinite, differs, answers } = before;
  const [confidences, margins] = [decodePieces(before.confidences), decodePieces(before.margins)];
  const scores = answers.map((answer, i) => ({
    answer,
    confidence: confidences[i] ?? Number.NaN,
    margin: margins[i] ?? Number.NaN,
    // Only the sum of all images is known.
    nonfinite: 0,
  }));
  return { first, images, top1, top5, nonfinite, differs: [...differs], scores };
}

function add(to: ImageTally, one: Omit<ImageTally, 'first'>): void {
  to.images += one.images;
  to.top1 += one.top1;
  to.top5 += one.top5;
  to.nonfinite += one.nonfinite;
  to.differs.push(...one.differs);
  for (const score of one.scores) to.scores.push(score);
}

/** The result of a tally's images, of `planned` ones. */
function resultOf(
  tally: ImageTally,
  set: ImageSet,
  { name, part, predictions, classNames }: NonNullable<Visit['images']>,
  planned: number,
) {
  const { first, images, top1, top5, nonfinite, scores, differs } = tally;
  const known = (predictions?.length ?? 0) >= first + images;
  const result: AccuracyResult = {
    suite: 'accuracy',
    dataset: name,
    images,
    available: set.listed ?? set.count,
    top1,
    top5,
    differs: known ? [...differs] : null,
    ...(nonfinite > 0 ? { nonfinite } : {}),
    ...notesOf(set),
    ...(part === undefined ? {} : { parts: [{ first, planned, images }] }),
    answers: scores.map(({ answer }) => answer),
    labels: scores.map(({ answer }, i) => labelOf(set, first + i, answer)),
    confidences: encodePieces(scores.map(({ confidence }) => confidence)),
    margins: encodePieces(scores.map(({ margin }) => margin)),
    ...(classNames && { classNames: classNames.map(shown) }),
    ...(set.sha256 === undefined ? {} : { pixels: set.sha256 }),
  };
  return result;
}

/** Reads batches into arrays that it is given again. */
type BatchReader = {
  read(set: ImageSet, first: number, to: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
};

/** A reader on another thread where the host has one for these images. */
async function readerOf({ packed, values }: ImageSet, visit: Visit, { imageThread }: Tools): Promise<BatchReader> {
  const fits = values !== undefined && batchValues(visit) === values * visit.batch;
  const thread = packed && fits ? await imageThread?.(packed) : undefined;
  if (thread === undefined)
    return { read: (set, first, to) => imageBatch(set, first, visit, to), close: async () => {} };
  return {
    read: (set, first, to) => thread.fill(first, Math.min(visit.batch, set.count - first), to),
    close: thread.close,
  };
}

/** A batch of images from `first` on, once they are decoded; undefined where there are none. `set` is as it was then. */
async function batchFrom(set: ImageSet, first: number, visit: Visit, read: (set: ImageSet) => Promise<Float32Array>) {
  const now = (await set.reach?.(first + visit.batch)) ?? set;
  return first >= now.count ? undefined : { set: now, input: await read(now) };
}

/**
 * Classifies the images of a set batch by batch, after those that an interrupted visit has classified, until all of its
 * part are done or the next batch would exceed the visit's budget, but at least one batch. Images may still be decoded
 * meanwhile: waiting for them is not counted. The next batch is read while the backend computes. Resolves with how many
 * are correct (Top-1, Top-5), each image's class, and the images whose class differs from PyTorch's prediction.
 */
export async function classifyImages(
  session: Session,
  visit: Visit,
  tools: Tools,
  deadline: number,
): Promise<Classified> {
  const { images: at } = visit;
  if (at === undefined) throw new Error('no images were sent');
  const { batch, network } = visit;
  const { classes } = network;
  const begun = await openImagesSoFar(at, network, tools);
  // A part's first image depends on how many can be decoded.
  let set = at.part === undefined ? begun : await whole(begun);
  const { first, planned } = imagesOf(set.count, batch, at.part);
  const end = set.reach === undefined ? first + planned : Number.POSITIVE_INFINITY;
  const all = tallyOf(first, at.before);
  const already = all.images;
  let recent = emptyTally(first + already);
  const reader = await readerOf(set, visit, tools);
  // The backend computes one while the other is filled.
  const free: Float32Array[] = [0, 1].map(() => new Float32Array(batchValues(visit)));
  const read = (from: number) => (now: ImageSet) =>
    reader.read(now, from, free.pop() ?? new Float32Array(batchValues(visit)));
  const take = (from: number) => {
    const taken = from < end ? batchFrom(set, from, visit, read(from)) : Promise.resolve(undefined);
    // Whoever awaits it hears of its failure.
    taken.catch(() => {});
    return taken;
  };
  const from = set.reach === undefined ? 'cache' : 'decoding';
  const began = tools.now();
  let [took, waited, told] = [0, 0, began];
  let coming = take(first + already);
  while (all.images === already || tools.now() - waited + took < deadline) {
    const start = tools.now();
    const next = await coming;
    if (next === undefined) break;
    if (set.reach !== undefined) waited += tools.now() - start;
    set = next.set;
    const here = first + all.images;
    const ready = tools.now();
    const prepared = session.prepare(next.input);
    coming = take(here + batch);
    const logits = await session.run(prepared);
    free.push(next.input);
    const { count, ...right } = classify(logits, set, here, { batch, classes, predictions: at.predictions });
    const scores = Array.from({ length: count }, (_, i) => scoreOf(logits, i * classes, classes));
    const one = { images: count, nonfinite: nonfiniteIn(logits), scores, ...right };
    add(all, one);
    add(recent, one);
    const now = tools.now();
    took = now - ready;
    if (now - told < TOLD_MS) continue;
    told = now;
    const { first: begins, images } = recent;
    const part: AccuracyResult = {
      ...resultOf(recent, set, at, images),
      parts: [{ first: begins, planned: images, images }],
    };
    await tools.part?.(part);
    recent = emptyTally(first + all.images);
  }
  const seconds = (tools.now() - began) / 1000;
  await reader.close();
  // What the record says of the set is known once all is decoded.
  set = await whole(set);
  const speed = { images: all.images - already, seconds, from } as const;
  const result = { ...resultOf(all, set, at, planned), speed };
  return { result, first, scores: all.scores, set };
}
