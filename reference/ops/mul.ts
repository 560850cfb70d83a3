import { TINY } from '../float32.ts';
import { parameter, type Weights } from '../tensor.ts';
import type { Named, Operator } from './operator.ts';
import { gain } from './parameters.ts';
import { affine, channelOf, fewerChannels, sameChannels } from './per-channel.ts';
import { magnitudes } from './rounding.ts';

/** Multiplies each channel by its own constant: ONNX's Mul, used for ConvNeXt's layer scale. */
type Mul = { op: 'Mul'; channels: number };

const constants = (node: Named<Mul>, weights: Weights): Float32Array => parameter(weights, `${node.name}.layer_scale`);

export const mul: Operator<Mul> = {
  shape: sameChannels,
  parameters: ({ channels }) => [gain('layer_scale', [channels, 1, 1])],
  forward: (node, [x], weights) =>
    affine(x, Float64Array.from(constants(node, weights)), new Float64Array(node.channels)),
  worstCase({ node, inputs: [x], weights }, [error], a) {
    const scale = constants(node, weights);
    const channelAt = channelOf(x, node.channels);
    return magnitudes(x, error).map((value, i) => {
      const factor = Math.abs(scale[channelAt(i)] as number);
      return factor * (a.unit * value + (error[i] as number)) + TINY;
    });
  },
  macs: () => 0,
  field: (_, input) => input,
  narrowed: fewerChannels,
  fused: true,
};
