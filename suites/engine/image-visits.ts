import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ClassifiedBefore, LabelledImages, Measured, Visit } from '../contract/visit.ts';
import { cellId } from '../plan/cell.ts';
import type { PartRecord } from '../record/record.ts';
import { count } from '../stats/format.ts';
import { findSuite, type Result, usesImages } from '../suites.ts';
import type { ImageSource } from './images.ts';
import type { Group } from './runner.ts';

/** KeptParts of results: those that an interrupted run recorded, and where those of this visit are recorded. */
export type KeptParts = { readonly earlier: readonly PartRecord[]; record(part: PartRecord): void };

/** A visit that may read images: its cells, its round, and the images of its model. */
type ImageVisit = Pick<Group, 'cells'> & { readonly round: number; readonly images: LabelledImages | undefined };

/** Milliseconds that decoding an image may take on the slowest machine whose decoding is waited for. */
const SLOWEST_MS = 100;

/** Milliseconds between lines about progress. */
const PATIENCE = 10_000;

/** Identifies what parts are of: the images, and how an input is made of them. */
const hashOf = ({ path, preprocessing }: LabelledImages): string =>
  createHash('sha256')
    .update(JSON.stringify([basename(path).replace(/\..*/, ''), preprocessing]))
    .digest('hex')
    .slice(0, 16);

/** What an interrupted visit classified of these images. */
function classifiedBefore(
  { cells, round, images }: ImageVisit,
  earlier: readonly PartRecord[],
): ClassifiedBefore | undefined {
  if (images === undefined) return undefined;
  const of = hashOf(images);
  for (const cell of cells) {
    const id = cellId(cell);
    const parts = earlier.filter((part) => part.id === id && part.round === round && part.of === of);
    if (parts.length > 0) return findSuite(cell.suite)?.continued?.(parts.map(({ result }) => result));
  }
  return undefined;
}

const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;

/** Says every ten seconds how many images are classified, how fast, and how long the rest would take. */
function progress(before: number, total: number, say: (line: string) => void) {
  const start = performance.now();
  let [done, told] = [0, start];
  return (images: number) => {
    done += images;
    const now = performance.now();
    if (now - told < PATIENCE) return;
    told = now;
    const rate = done / ((now - start) / 1000);
    const rest = Math.max(0, total - before - done) / rate;
    say(
      `Classified ${before + done} of ${count(total, 'image')}, ${rate.toPrecision(3)} per second, ${duration(rest)} for the rest`,
    );
  };
}

/** Records the parts that a visit hands over, and says how far it is. Those that are malformed are ignored. */
function partRecorder(visit: ImageVisit, parts: KeptParts | undefined, say: (line: string) => void) {
  const { cells, round, images } = visit;
  let tell: ((images: number) => void) | undefined;
  return (part: Measured): void => {
    const cell = cells.find(({ suite }) => suite === part.suite);
    const parsed = findSuite(part.suite)?.schema.safeParse(part);
    if (cell === undefined || images === undefined || !parsed?.success) return;
    const result = parsed.data as Result;
    if (!('available' in result)) return;
    tell ??= progress(images.before?.images ?? 0, Math.ceil(result.available / (images.part?.of ?? 1)), say);
    tell(result.images);
    parts?.record({ kind: 'part', id: cellId(cell), round, at: new Date().toISOString(), of: hashOf(images), result });
  };
}

/** Lets the images of a visit be decoded while it runs. `limitMs`: what it may take beside that. */
async function whileDecoding<T>(
  source: ImageSource,
  { cells: [cell, ...more], limitMs }: Pick<Group, 'cells'> & { readonly limitMs: number },
  run: (limitMs: number) => Promise<T>,
): Promise<T> {
  const needs = cell !== undefined && [cell, ...more].some(({ suite }) => usesImages(suite));
  const decoding = needs ? source.decoding(cell.model) : undefined;
  if (decoding === undefined || !decoding.isOpen()) return run(limitMs);
  const pause = decoding.resume();
  try {
    return await run(limitMs + decoding.images * SLOWEST_MS);
  } finally {
    pause();
  }
}

/**
 * Makes a visit whose images may still be decoded meanwhile, of which an interrupted run may have classified a part, and
 * which hands over parts of its result.
 */
export function visitImages<T>(
  given: Pick<Group, 'cells'> & {
    readonly round: number;
    readonly source: ImageSource;
    readonly parts: KeptParts | undefined;
    say(line: string): void;
  },
  made: Visit,
  run: (visit: Visit, onPart: (part: Measured) => void) => Promise<T>,
): Promise<T> {
  const { cells, round, source, parts, say } = given;
  const before = classifiedBefore({ cells, round, images: made.images }, parts?.earlier ?? []);
  const visit = made.images && before ? { ...made, images: { ...made.images, before } } : made;
  const onPart = partRecorder({ cells, round, images: visit.images }, parts, say);
  return whileDecoding(source, { cells, limitMs: visit.limitMs }, (limitMs) => run({ ...visit, limitMs }, onPart));
}
