import { IMAGENET_VALUES, type Preprocessing } from './preprocessing.ts';

/** How bytes of an image become values of an input; mean and deviation are of red, green and blue. */
export type Values = Pick<Preprocessing, 'divisor' | 'mean' | 'deviation'>;

/** The order of an input's channels. */
export type ChannelOrder = 'RGB' | 'BGR';

/** What a network may have been trained to be fed. `changes`: in what it differs from the request, in words. */
export type Feed = { readonly changes: readonly string[]; readonly values: Values; readonly order: ChannelOrder };

const same = (value: number): Values['mean'] => [value, value, value];

/**
 * Ranges of values that networks are trained on. `caffe` keeps bytes and subtracts ImageNet's mean; its networks take
 * BGR. CIFAR-10's are the mean and standard deviation of its training set.
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

/** How a network numbers the classes of a data set: its class for a label; undefined where it has none. */
export type LabelMap = { readonly id: string; of(label: number, classes: number): number | undefined };

const within = (at: number, classes: number) => (at >= 0 && at < classes ? at : undefined);

/** Each class's place among the numbers sorted as text: 0, 1, 10, 100, …, as folders named by number are listed. */
function textOrder(classes: number): readonly number[] {
  const sorted = Array.from({ length: classes }, (_, i) => i).sort((a, b) => (String(a) < String(b) ? -1 : 1));
  const places = new Array<number>(classes);
  for (const [place, label] of sorted.entries()) places[label] = place;
  return places;
}

/** The labels as they are, first, and the usual ways in which they are numbered otherwise. */
const LABEL_MAPS: readonly [LabelMap, ...LabelMap[]] = [
  { id: '', of: (label) => label },
  { id: 'classes one higher than the labels', of: (label, classes) => within(label + 1, classes) },
  { id: 'classes one lower than the labels', of: (label, classes) => within(label - 1, classes) },
  { id: 'classes numbered as their numbers sort as text', of: (label, classes) => textOrder(classes)[label] },
  { id: 'classes in reverse order', of: (label, classes) => classes - 1 - label },
];

/** The ways to number so many classes, as they are first. Up to ten are sorted as text as they are. */
export const labelMapsFor = (classes: number): readonly LabelMap[] =>
  LABEL_MAPS.filter(
    ({ id, of }) => id === '' || Array.from({ length: classes }, (_, i) => of(i, classes)).some((to, i) => to !== i),
  );
