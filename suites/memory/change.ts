import { maximum, minimum } from '../../reference/collect.ts';
import {
  type Change,
  type ChangeFinding,
  type Compared,
  type Direction,
  differs,
  finding,
  moves,
} from '../contract/change.ts';
import { count, mebibytes } from '../stats/format.ts';
import { median } from '../stats/quantiles.ts';
import type { Memory } from './figures.ts';

/** Resident memory has changed where the peaks of the two runs do not overlap and the medians differ by this. */
const MEMORY_SHARE = 0.05;
const MEMORY_BYTES = 4 * 2 ** 20;
const MEMORY_ROUNDS = 3;

/** What is counted object by object hardly moves by itself: 5 %, and 64 KiB. */
const COUNTED = { factor: 1 + MEMORY_SHARE, floor: 64 * 1024 };

const MORE: Direction = ['more memory', 'less memory'];
const bytes = (what: string) => (value: number) => `${what}${mebibytes(value)} MiB`;

/** Compares the processes' peaks over the rounds, in bytes. */
function peaks(a: readonly number[], b: readonly number[]): ChangeFinding {
  const compared: Compared = {
    metric: 'memory_peak_bytes',
    base: a.length === 0 ? Number.NaN : median(a),
    head: b.length === 0 ? Number.NaN : median(b),
    text: bytes(''),
  };
  if (a.length === 0 || b.length === 0)
    return { ...finding('unsure', compared, 'the operating system does not report the peak'), figures: '' };
  const size = Math.abs(compared.head - compared.base);
  const smaller = Math.min(compared.base, compared.head);
  if (size <= MEMORY_BYTES || size <= MEMORY_SHARE * smaller) return finding('same', compared, '');
  if (Math.min(a.length, b.length) < MEMORY_ROUNDS)
    return finding('unsure', compared, `comparing memory needs ${MEMORY_ROUNDS} rounds or more (--rounds)`);
  if (minimum(b) > maximum(a)) return finding('more memory', compared, 'every round uses more');
  if (maximum(b) < minimum(a)) return finding('less memory', compared, 'every round uses less');
  return finding('unsure', compared, 'the rounds overlap: add rounds (--rounds)');
}

/** Compares an amount that is counted, where both runs know it. */
const counted = (
  metric: string,
  what: string,
  [base, head]: readonly [number | null | undefined, number | null | undefined],
): ChangeFinding[] =>
  typeof base === 'number' && typeof head === 'number'
    ? moves(MORE, { metric, base, head, text: bytes(`${what} `) }, COUNTED)
    : [];

const onOneMachine = (a: Memory, b: Memory): ChangeFinding[] => [
  peaks(a.peaks, b.peaks),
  ...counted('memory_gpu_objects_peak_bytes', 'GPU objects', [a.gpu?.peak, b.gpu?.peak]),
  ...counted('memory_gpu_objects_bytes', 'GPU objects after the last run', [a.gpu?.live, b.gpu?.live]),
  ...counted('memory_tensors_bytes', 'tensors', [a.tensors, b.tensors]),
];

/** The model's file is the same on every machine. */
const anywhere = (a: Memory, b: Memory): ChangeFinding[] =>
  differs(
    ['larger files', 'smaller files'],
    { metric: 'model_bytes', base: a.model, head: b.model, text: (value) => `model ${count(value, 'byte')}` },
    '',
  );

export const change: Change<Memory> = { unchanged: 'same memory', anywhere, onOneMachine };
