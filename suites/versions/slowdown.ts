import { pairedRatio, type Ratio } from '../stats/centre.ts';
import { isWithin } from '../stats/quantiles.ts';
import type { Attempt } from './tried.ts';

/** A pair of times of one round in milliseconds: the good version's, and the other's. */
export type TimePair = readonly [good: number, other: number];

/** Rounds of a comparison by turns: at least, then tested after every few, and at most. */
const LEAST = 4;
const EVERY = 4;
const MOST = 16;

/** The ratio from which a version counts as slow, where the bad version's is known: nearer to it than to 1. */
const boundaryOf = (slowdown: number): number => Math.sqrt(slowdown);

/**
 * Whether a comparison needs no more rounds: the ratio's interval is narrow enough to tell the slowdown from none, or
 * the rounds are used up. Its width decides, never its place, since stopping at a significant result finds false ones.
 */
export function isDone(pairs: readonly TimePair[], slowdown: number): boolean {
  if (pairs.length >= MOST) return true;
  if (pairs.length < LEAST || pairs.length % EVERY !== 0) return false;
  const interval = pairedRatio(pairs, 0)?.interval;
  return interval !== undefined && isWithin(interval, (boundaryOf(slowdown) - 1) / 2);
}

const ratioText = ({ ratio, interval: [low, high] }: Ratio): string =>
  `${ratio.toFixed(3)} times the good version's time (${low.toFixed(3)} to ${high.toFixed(3)})`;

type Marked = Pick<Attempt, 'answer' | 'outcome' | 'detail'>;

/** Whether a version is as slow as the bad one. `skipped` where its interval does not tell. */
export function slowdownOf(pairs: readonly TimePair[], slowdown: number): Marked {
  const found = pairedRatio(pairs, 0);
  if (found === undefined) return { answer: 'skipped', outcome: 'unsure', detail: 'too few rounds' };
  const [low, high] = found.interval;
  const detail = `${ratioText(found)}, ${pairs.length} rounds`;
  const boundary = boundaryOf(slowdown);
  if (low > boundary) return { answer: 'bad', outcome: 'slower', detail };
  if (high < boundary) return { answer: 'good', outcome: 'not slower', detail };
  return { answer: 'skipped', outcome: 'unsure', detail };
}

/** The bad version's slowdown; undefined where it is not proven, or below the threshold, a share such as 0.05. */
export function provenSlowdown(pairs: readonly TimePair[], threshold: number): number | undefined {
  const found = pairedRatio(pairs, 0);
  return found !== undefined && found.interval[0] > 1 && found.ratio >= 1 + threshold ? found.ratio : undefined;
}
