import { type ChangeFinding, changed } from '../contract/change.ts';
import { ratio } from '../stats/format.ts';
import type { Conformance } from './figures.ts';

/** An error has moved where error ÷ allowed changes by this factor and one of the two is above the floor. */
const ERROR_FACTOR = 2;
const ERROR_FLOOR = 0.01;

/** Compares error ÷ allowed of the worst tensor. A larger ratio is no failure while it is at most 1. */
export function find(base: Conformance | undefined, head: Conformance | undefined): ChangeFinding {
  const [a, b] = [base?.worst?.ratio, head?.worst?.ratio];
  if (a === undefined || b === undefined) return changed('unsure', '', 'no output was compared');
  const figures = `error ÷ allowed ${ratio(a)} → ${ratio(b)}`;
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  if (high < ERROR_FLOOR || high <= ERROR_FACTOR * low) return changed('same', figures, '');
  return changed('error moved', figures, b > a ? 'still within its bound' : '');
}
