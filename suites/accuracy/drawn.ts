import type { ImageSet } from '../../reference/datasets/dataset.ts';
import { byteValues, RAW } from '../../reference/datasets/preprocessing.ts';
import { shown } from '../../reference/quote.ts';
import { openImages } from '../contract/classify.ts';
import { DRAWING_WAYS, type DrawingWay } from '../contract/drawing.ts';
import { type ImageScore, scoreOf } from './per-image.ts';
import type { DrawnImages } from './schema.ts';
import type { Trying } from './tries.ts';

/** Images that are drawn: a cost that more of them would show is below half a point. */
const MOST = 2000;

/** How many images that cannot be decoded a record names. */
const NAMED = 10;

/** The images that the visit classified: the first one's number, each one's score by its exact pixels, and the set. */
type Exact = { readonly first: number; readonly scores: readonly ImageScore[]; readonly set: ImageSet };

type Tally = { -readonly [K in keyof DrawnImages['ways'][number]]: DrawnImages['ways'][number][K] } & {
  values: number;
};

const isRight = ({ labels, also }: ImageSet, image: number, answer: number): boolean =>
  labels[image] === answer || (also?.[image]?.includes(answer) ?? false);

/** JSON has neither NaN nor infinities. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** An image's pixels in each way, and its exact ones. */
type DrawnPixels = { readonly image: number; readonly ways: readonly Uint8Array[]; readonly exact: Float32Array };

/** Pixels of an image, and the ways in which it is drawn so. */
type Distinct = { readonly image: number; readonly pixels: ArrayLike<number>; readonly ways: number[] };

const areEqual = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** The different pixels of an image, the exact ones first: several ways often give the same. */
function distinct({ image, ways, exact }: DrawnPixels): [exact: Distinct, ...Distinct[]] {
  const found: [Distinct, ...Distinct[]] = [{ image, pixels: exact, ways: [] }];
  for (const [way, pixels] of ways.entries()) {
    const known = found.find((one) => areEqual(one.pixels, pixels));
    if (known === undefined) found.push({ image, pixels, ways: [way] });
    else known.ways.push(way);
  }
  return found;
}

/** Adds the difference of an image's pixels from the exact ones. */
function addPixels(tally: Tally, pixels: Uint8Array, exact: Float32Array): void {
  let [largest, sum] = [tally.largest, 0];
  for (let i = 0; i < exact.length; i++) {
    const off = Math.abs((pixels[i] as number) - (exact[i] as number));
    if (off > largest) largest = off;
    sum += off;
  }
  tally.largest = largest;
  tally.mean += (sum / exact.length - tally.mean) / ++tally.values;
}

/** Adds the class of an image as it was drawn. */
function addAnswer(tally: Tally, image: number, { first, scores, set }: Exact, drawn: ImageScore): void {
  const exact = scores[image - first] as ImageScore;
  const [before, after] = [isRight(set, image, exact.answer), isRight(set, image, drawn.answer)];
  if (after) tally.right++;
  if (before && !after) tally.lost++;
  if (after && !before) tally.gained++;
  if (exact.answer === drawn.answer) return;
  tally.differs.push({
    image,
    name: shown(set.names?.[image] ?? ''),
    exact: exact.answer,
    got: drawn.answer,
    exactMargin: finite(exact.margin),
    margin: finite(drawn.margin),
  });
}

/**
 * Classifies the visit's first images again, as its browser decodes, resizes and crops them in each usual way. At least
 * one batch, and no more than end before `deadline`. Undefined in Node, and where the visit has no encoded colour images.
 */
export async function classifyDrawn(
  { session, visit, tools }: Trying,
  given: Exact,
  deadline: number,
): Promise<DrawnImages | undefined> {
  const { images: at, network, batch, size } = visit;
  const { draw } = tools;
  const { first, scores, set } = given;
  if (draw === undefined || at?.files === undefined || set.names === undefined || network.channels !== 3)
    return undefined;
  const { files, preprocessing } = at;
  const { resize } = preprocessing;
  // In their own size, all ways are one.
  const ways: readonly DrawingWay[] = resize === undefined ? DRAWING_WAYS.slice(0, 1) : DRAWING_WAYS;
  const exact = await openImages({ ...at, preprocessing: { ...RAW, resize } }, network, tools);
  const values = byteValues(preprocessing);
  const area = size * size;
  const failed: { name: string; reason: string }[] = [];
  const tallies = ways.map(({ id }): Tally => {
    return { way: id, right: 0, lost: 0, gained: 0, largest: 0, mean: 0, differs: [], values: 0 };
  });

  const drawOne = async (image: number): Promise<DrawnPixels | undefined> => {
    const name = set.names?.[image] ?? '';
    try {
      const bytes = await tools.read(files + name.split('/').map(encodeURIComponent).join('/'));
      const drawn = await draw(bytes, resize, ways);
      const own = await exact.image(image);
      if (drawn.some(({ length }) => length !== own.length)) throw new Error('it is drawn in another size');
      return { image, ways: drawn, exact: own };
    } catch (error) {
      failed.push({ name: shown(name), reason: shown((error as Error).message) });
      return undefined;
    }
  };
  const inputOf = (list: readonly Distinct[]): Float32Array => {
    const input = new Float32Array(batch * 3 * area);
    for (const [i, { pixels }] of list.entries())
      for (let channel = 0, k = 0; channel < 3; channel++) {
        let to = (3 * i + (preprocessing.order === 'BGR' ? 2 - channel : channel)) * area;
        for (const end = k + area; k < end; k++) input[to++] = values[(channel << 8) | (pixels[k] as number)] as number;
      }
    return input;
  };
  const add = ({ image, ways }: Distinct, score: ImageScore): void => {
    for (const way of ways) addAnswer(tallies[way] as Tally, image, given, score);
  };

  const planned = Math.min(MOST, scores.length);
  let [images, right, done, took] = [0, 0, 0, 0];
  while (done < planned && (done === 0 || tools.now() + took < deadline)) {
    const start = tools.now();
    const numbers = Array.from({ length: Math.min(batch, planned - done) }, (_, i) => first + done + i);
    const drawn = (await Promise.all(numbers.map(drawOne))).flatMap((one) => one ?? []);
    const others: Distinct[] = [];
    for (const one of drawn) {
      for (const [way, tally] of tallies.entries()) addPixels(tally, one.ways[way] as Uint8Array, one.exact);
      const [same, ...different] = distinct(one);
      add(same, scores[one.image - first] as ImageScore);
      others.push(...different);
    }
    for (let at = 0; at < others.length; at += batch) {
      const list = others.slice(at, at + batch);
      const logits = await session.run(session.prepare(inputOf(list)));
      for (const [i, one] of list.entries()) add(one, scoreOf(logits, i * network.classes, network.classes));
    }
    images += drawn.length;
    right += drawn.filter(({ image }) => isRight(set, image, scores[image - first]?.answer ?? -1)).length;
    done += numbers.length;
    took = tools.now() - start;
  }
  if (images === 0) return undefined;
  return {
    images,
    right,
    ...(failed.length === 0 ? {} : { failed: { count: failed.length, first: failed.slice(0, NAMED) } }),
    ways: tallies.map(({ values: _, ...way }) => way),
  };
}
