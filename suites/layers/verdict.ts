import { isRight, verdictText } from '../../reference/judge/verdict.ts';
import type { Finding } from '../contract/suite.ts';
import type { LayersResult } from './schema.ts';

/** The operators in order; of a long chain, the middle is left out. */
const chain = (ops: readonly string[]): string =>
  (ops.length <= 6 ? ops : [...ops.slice(0, 2), `${ops.length - 4} more`, ...ops.slice(-2)]).join(' → ');

/** `wrong` where a layer breaks its bound; else `unsupported` where the runtime refused layers; else undefined. */
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
    reason: `${refused.length} of ${total} layers do not run: ${names.join(', ')}: ${refused[0]?.reason}; the other ${layers.length} tried are right`,
  };
}
