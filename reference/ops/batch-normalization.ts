import { TINY } from '../float32.ts';
import { quote } from '../quote.ts';
import { parameter, type Weights } from '../tensor.ts';
import { badEpsilon } from './epsilon.ts';
import type { Operator, Stored } from './operator.ts';
import { bias, gain } from './parameters.ts';
import { affine, channelOf, fewerChannels, sameChannels } from './per-channel.ts';
import { gamma, magnitudes } from './rounding.ts';

/** Batch normalisation with stored statistics, as at inference. */
type BatchNormalization = { op: 'BatchNormalization'; channels: number; epsilon: number };

/** A node's parameters as one scale and shift per channel (Ioffe and Szegedy 2015, algorithm 2). */
export function scaleAndShift(
  node: { name: string; epsilon: number },
  weights: Weights,
): { scale: Float64Array; shift: Float64Array } {
  const [weight, bias] = [parameter(weights, `${node.name}.weight`), parameter(weights, `${node.name}.bias`)];
  const mean = parameter(weights, `${node.name}.running_mean`);
  const variance = parameter(weights, `${node.name}.running_var`);
  const scale = Float64Array.from(weight, (gain, i) => gain / Math.sqrt((variance[i] ?? 0) + node.epsilon));
  const shift = Float64Array.from(bias, (value, i) => value - (mean[i] ?? 0) * (scale[i] as number));
  return { scale, shift };
}

function count(values: ArrayLike<number>, is: (value: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (is(values[i] as number)) found++;
  return found;
}

/** Why these variances give no result, as text. */
function badVariances({ name, data }: Stored, epsilon: number): string | undefined {
  const negative = count(data, (value) => value < 0);
  if (negative > 0) return `${negative} of ${data.length} variances in ${quote(name)} are below 0`;
  const zero = count(data, (value) => value + epsilon === 0);
  return zero === 0
    ? undefined
    : `${zero} of ${data.length} variances in ${quote(name)} are 0, as its epsilon is: it divides by 0`;
}

export const batchNormalization: Operator<BatchNormalization> = {
  shape: sameChannels,
  parameters: ({ channels }) => [
    gain('weight', [channels]),
    bias(channels),
    {
      suffix: 'running_mean',
      shape: [channels],
      trained: false,
      seeded: { centre: 0, halfWidth: 0.125, branch: false },
    },
    { suffix: 'running_var', shape: [channels], trained: false, seeded: { centre: 1, halfWidth: 0.25, branch: false } },
  ],
  forward(node, [x], weights) {
    const { scale, shift } = scaleAndShift(node, weights);
    return affine(x, scale, shift);
  },
  emulate({ node, inputs: [x], weights }, way) {
    const of = (suffix: string) => parameter(weights, `${node.name}.${suffix}`);
    const [weight, bias, mean, variance] = [of('weight'), of('bias'), of('running_mean'), of('running_var')];
    const { fround, sqrt } = Math;
    const scale = weight.map((gain, c) => fround(gain / fround(sqrt(fround((variance[c] as number) + node.epsilon)))));
    const shift = bias.map((value, c) => fround(value - fround((mean[c] as number) * (scale[c] as number))));
    const channelAt = channelOf(x, node.channels);
    // Either one scale and one shift, or the mean first: (x − mean)·scale + bias.
    const centred = way.order !== 'forward';
    const data = x.data.map((value, i) => {
      const c = channelAt(i);
      const [gain, start] = [scale[c] as number, centred ? fround(value - (mean[c] as number)) : value];
      return fround(fround(start * gain) + ((centred ? bias : shift)[c] as number));
    });
    return { shape: x.shape, data };
  },
  worstCase({ node, inputs: [x], weights }, [error], a) {
    const { scale, shift } = scaleAndShift(node, weights);
    const mean = parameter(weights, `${node.name}.running_mean`);
    const channelAt = channelOf(x, node.channels);
    // x − mean, var + ε, its root and reciprocal, the gain's and the bias' operations: eight roundings on any path.
    const factor = gamma(8, a.unit);
    return magnitudes(x, error).map((value, i) => {
      const channel = channelAt(i);
      const gain = Math.abs(scale[channel] as number);
      const centre = gain * Math.abs(mean[channel] as number);
      const rounding = factor * (gain * value + 2 * centre + Math.abs(shift[channel] as number));
      return rounding + gain * (error[i] as number) + 3 * TINY;
    });
  },
  macs: () => 0,
  field: (_, input) => input,
  narrowed: fewerChannels,
  whyUndefined({ epsilon }, stored) {
    const variances = stored('running_var');
    return badEpsilon(epsilon) ?? (variances && badVariances(variances, epsilon));
  },
  fused: true,
};
