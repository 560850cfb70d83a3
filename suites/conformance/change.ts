import { type ChangeFinding, changed } from '../contract/change.ts';
import { ratio } from '../stats/format.ts';
import type { Conformance } from './figures.ts';

/** An error moves where error ÷ allowed changes by this factor, and one of them is above the floor. */
const ERROR_FACTOR = 2;
const ERROR_FLOOR = 0.01;

/** Error ÷ allowed of the worst tensor. As long as it is at most 1, more is no failure. */
export function find(base: Conformance | undefined, head: Conformance | undefined): ChangeFinding {
  const [a, b] = [base?.worst?.ratio, head?.worst?.ratio];
  if (a === undefined || b === undefined) return changed('unsure', '', 'no output was compared');
  const figures = `error ÷ allowed ${ratio(a)} → ${ratio(b)}`;
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  if (high < ERROR_FLOOR || high <= ERROR_FACTOR * low) return changed('same', figures, '');
  return changed('error moved', figures, b > a ? 'still allowed' : '');
}
