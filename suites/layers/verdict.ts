import { isRight, verdictText } from '../../reference/judge/verdict.ts';
import { chain } from '../contract/chain.ts';
import { BUDGET_ENDED, partial } from '../contract/partial.ts';
import type { Finding } from '../contract/suite.ts';
import type { LayersResult } from './schema.ts';

/**
 * `wrong` where a layer breaks its worst-case bound; `suspect` where one is beyond what right implementations do, with
 * Winograd's algorithm allowed for; else `unsupported` where the runtime refused layers; else `partial` where the
 * budget ended before the last layer; else undefined. The layers that did not run are counted in every case.
 */
export function verdict({ layers, refused, total }: LayersResult): Finding {
  const bad = layers.filter(({ check }) => !isRight(check));
  const [first] = bad;
  const left = total - layers.length - refused.length;
  const unreached = left > 0 ? `; ${left} of ${total} layers did not run: ${BUDGET_ENDED}` : '';
  if (first !== undefined)
    return {
      status: 'wrong',
      reason: `${first.check.tensor} (${chain(first.ops)} on [${first.input}]): ${verdictText(first.check)}; ${bad.length} of ${layers.length} layers are wrong${unreached}`,
    };
  const doubtful = layers.filter(({ fit }) => fit !== undefined && (fit.wide ?? fit.ratio) > 1);
  const [odd] = doubtful;
  if (odd?.fit !== undefined)
    return {
      status: 'suspect',
      reason: `${odd.fit.tensor} (${chain(odd.ops)} on [${odd.input}]): ${verdictText(odd.fit)}; ${doubtful.length} of ${layers.length} layers are beyond what right implementations do, and within their worst case: lower precision or other algorithms would explain it, and the runtime's maintainers can decide${unreached}`,
    };
  if (refused.length === 0) return partial(layers.length, total, 'layer');
  const names = refused.map(({ tensor, ops }) => `${tensor} (${chain(ops)})`);
  return {
    status: 'unsupported',
    reason: `${refused.length} of ${total} layers do not run: ${names.join(', ')}: ${refused[0]?.reason}; the other ${layers.length} tried are right${unreached}`,
  };
}
