import { partial } from '../contract/partial.ts';
import type { Finding } from '../contract/suite.ts';
import { kibibytes } from '../stats/format.ts';
import { type Growth, isLeaking, isUndecided, leak } from './figures.ts';
import type { LeakResult } from './schema.ts';

/** `renderer grows by 1,035 KiB a cycle (95 % interval 1,024 to 1,050)` */
const growthText = ({ what, slope }: Growth): string =>
  slope === undefined
    ? `${what}: no slope`
    : `${what}: ${kibibytes(slope.slope)} KiB a cycle (95 % interval ${slope.interval.map(kibibytes).join(' to ')})`;

const texts = (growths: readonly Growth[]): string => growths.map(growthText).join('; ');

/**
 * `wrong` where memory certainly grows by more than is allowed. `partial` where there were fewer cycles than wanted, or
 * they do not tell, or resident memory was not read.
 */
export function verdict(result: LeakResult): Finding {
  const figures = leak([result]);
  if (figures === undefined) return undefined;
  const { cycles, wanted, growths } = figures;
  const leaking = growths.filter(isLeaking);
  if (leaking.length > 0) {
    const allowed = [...new Set(leaking.map((one) => kibibytes(one.allowed)))].join(' and ');
    return { status: 'wrong', reason: `memory leaks: ${texts(leaking)}; more than ${allowed} KiB is a leak` };
  }
  const few = partial(cycles, wanted, 'cycle');
  if (few !== undefined) return few;
  const undecided = growths.filter(isUndecided);
  if (undecided.length > 0)
    return { status: 'partial', reason: `${cycles} cycles do not tell whether memory leaks: ${texts(undecided)}` };
  if (!result.processes.some(({ rss }) => rss.length > 0))
    return { status: 'partial', reason: 'resident memory was not read: this system does not report it' };
  return undefined;
}
