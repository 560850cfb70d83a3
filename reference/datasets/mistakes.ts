import { IMAGENET_VALUES, type Preprocessing } from './preprocessing.ts';

/** How bytes of an image become values of an input; mean and deviation are of red, green and blue. */
export type Values = Pick<Preprocessing, 'divisor' | 'mean' | 'deviation'>;

/** The order of an input's channels. */
export type ChannelOrder = 'RGB' | 'BGR';

/** What a network may have been trained to be fed. `changes`: in what it differs from the request, in words. */
export type Feed = { readonly changes: readonly string[]; readonly values: Values; readonly order: ChannelOrder };

const same = (value: number): Values['mean'] => [value, value, value];

/**
 * Ranges of values that networks are trained on. Caffe's networks take bytes minus ImageNet's mean, and BGR. CIFAR-10's are
 * the mean and standard deviation of its training set.
 */
const RANGES: { readonly [id: string]: Values } = {
  'bytes, 0 to 255': { divisor: 1, mean: same(0), deviation: same(1) },
  '0 to 1': { divisor: 255, mean: same(0), deviation: same(1) },
  '−1 to 1': { divisor: 255, mean: same(0.5), deviation: same(0.5) },
  "ImageNet's mean and deviation": IMAGENET_VALUES,
  "CIFAR-10's mean and deviation": {
    divisor: 255,
    mean: [0.4914, 0.4822, 0.4465],
    deviation: [0.247, 0.2435, 0.2616],
  },
  "bytes minus ImageNet's mean": { divisor: 1, mean: [123.68, 116.779, 103.939], deviation: same(1) },
};

const isSame = (a: Values, b: Values): boolean =>
  a.divisor === b.divisor && `${a.mean} ${a.deviation}` === `${b.mean} ${b.deviation}`;

/** The feed that was requested, first, and every other that networks are usually trained on. */
export function feedsBeside(asked: Values, order: ChannelOrder): readonly [Feed, ...Feed[]] {
  const orders: readonly ChannelOrder[] = [order, order === 'RGB' ? 'BGR' : 'RGB'];
  const others = Object.entries(RANGES).filter(([, values]) => !isSame(values, asked));
  const ranges: readonly (readonly [string, Values])[] = [['', asked], ...others];
  const feeds = ranges.flatMap(([range, values]) =>
    orders.map((one): Feed => {
      const parts = [range, one === order ? '' : `channels in the order ${one}`];
      return { changes: parts.filter((part) => part !== ''), values, order: one };
    }),
  );
  return feeds as [Feed, ...Feed[]];
}

/** How a network numbers the classes of a data set: its class for each label; undefined where it has none. */
export type LabelMap = { readonly id: string; readonly classOf: readonly (number | undefined)[] };

/** Each class's place among the numbers sorted as text: 0, 1, 10, 100, …, as folders named by number are listed. */
function textOrder(labels: readonly number[]): readonly number[] {
  const places = new Array<number>(labels.length);
  const sorted = [...labels].sort((a, b) => (String(a) < String(b) ? -1 : 1));
  for (const [place, label] of sorted.entries()) places[label] = place;
  return places;
}

/** The usual ways to number classes otherwise than their labels do. A class beyond the last is none. */
const NUMBERINGS: { readonly [id: string]: (labels: readonly number[]) => readonly (number | undefined)[] } = {
  'classes one higher than the labels': (labels) => labels.map((label) => labels[label + 1]),
  'classes one lower than the labels': (labels) => labels.map((label) => labels[label - 1]),
  'classes numbered as their numbers sort as text': textOrder,
  'classes in reverse order': (labels) => [...labels].reverse(),
};

/** Each class's place among the names in the order of their keys. */
function placesBy(names: readonly string[], key: (name: string) => string): readonly number[] {
  const places = new Array<number>(names.length);
  const keys = names.map(key);
  const sorted = [...names.keys()].sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1));
  for (const [place, label] of sorted.entries()) places[label] = place;
  return places;
}

/** The usual other orders of folders than by code points, by what is compared. */
const NAME_ORDERS: { readonly [id: string]: (name: string) => string } = {
  'classes numbered as their names sort with numbers by value': (name) =>
    name.replace(/\d+/g, (digits) => digits.padStart(20, '0')),
  'classes numbered as their names sort without regard to case': (name) => name.toLowerCase(),
};

/**
 * The ways to number so many classes: as they are first. Up to ten are sorted as text as they are. `names`: of the classes,
 * where they are known.
 */
export function labelMapsFor(
  classes: number,
  names: readonly string[] | undefined,
): readonly [LabelMap, ...LabelMap[]] {
  const labels = Array.from({ length: classes }, (_, label) => label);
  const others = Object.entries(NUMBERINGS).map(([id, numbered]): LabelMap => ({ id, classOf: numbered(labels) }));
  for (const [id, key] of Object.entries(NAME_ORDERS))
    if (names?.length === classes) others.push({ id, classOf: placesBy(names, key) });
  // Two orders that are the same are tried once.
  const known = new Set<string>();
  const isNew = ({ classOf }: LabelMap) => known.size !== known.add(classOf.join()).size;
  return [
    { id: '', classOf: labels },
    ...others.filter(isNew).filter(({ classOf }) => classOf.some((to, label) => to !== label)),
  ];
}
