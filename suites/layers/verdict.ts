import { isRight, verdictText } from '../../reference/judge/verdict.ts';
import type { Finding } from '../contract/suite.ts';
import type { LayersResult } from './schema.ts';

/** Operators in order, the middle of many left out. */
const chain = (ops: readonly string[]): string =>
  (ops.length <= 6 ? ops : [...ops.slice(0, 2), `${ops.length - 4} more`, ...ops.slice(-2)]).join(' → ');

/** What is wrong with some layers, or what the runtime could not run where all others are right. */
export function verdict({ layers, refused, total }: LayersResult): Finding {
  const bad = layers.filter(({ check }) => !isRight(check));
  const [first] = bad;
  if (first !== undefined)
    return {
      status: 'wrong',
      reason: `${first.check.tensor} (${chain(first.ops)} on [${first.input}]): ${verdictText(first.check)}; ${bad.length} of ${layers.length} layers are wrong`,
    };
  if (refused.length === 0) return undefined;
  const names = refused.map(({ tensor, ops }) => `${tensor} (${chain(ops)})`);
  return {
    status: 'unsupported',
    reason: `${refused.length} of ${total} layers do not run: ${names.join(', ')}: ${refused[0]?.reason}; the other ${layers.length} that were tried are right`,
  };
}
