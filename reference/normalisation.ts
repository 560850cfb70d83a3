import type { Node } from './graph.ts';
import { quote } from './quote.ts';

type Variances = { readonly name: string; readonly data: ArrayLike<number> };

function count(values: ArrayLike<number>, is: (value: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (is(values[i] as number)) found++;
  return found;
}

/** Why an epsilon cannot be one, in words. */
function badEpsilon(node: { readonly op: string; readonly epsilon: number }): string | undefined {
  const { op, epsilon } = node;
  if (!Number.isFinite(epsilon) || epsilon < 0) return `its epsilon is ${epsilon}: a number of 0 or more is needed`;
  // The variance is the image's own, and 0 where all channels are alike: rounding alone would decide the result.
  if (op === 'LayerNormalization' && epsilon === 0)
    return 'its epsilon is 0: a layer normalisation needs more, since its variance may be 0';
  return undefined;
}

/**
 * Why a normalisation has no result, in one line; undefined where it has one, and for every other node. ONNX, TensorFlow
 * and PyTorch divide by √(variance + epsilon): a variance is 0 or more, an epsilon too, and both together are above 0.
 * `variances` are those that a batch normalisation has stored.
 */
export function whyUndefined(node: Node, variances: Variances | undefined): string | undefined {
  if (node.op !== 'BatchNormalization' && node.op !== 'LayerNormalization') return undefined;
  const bad = badEpsilon(node);
  if (bad !== undefined || node.op === 'LayerNormalization' || variances === undefined) return bad;
  const { name, data } = variances;
  const negative = count(data, (value) => value < 0);
  if (negative > 0) return `${negative} of ${data.length} variances in ${quote(name)} are below 0`;
  const zero = count(data, (value) => value + node.epsilon === 0);
  return zero === 0
    ? undefined
    : `${zero} of ${data.length} variances in ${quote(name)} are 0, as its epsilon is: it divides by 0`;
}
