import { TINY } from '../float32.ts';
import { nchw, type Shape, type Tensor, zeros } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { gamma, inflated } from './rounding.ts';
import { orderOf, type Way } from './way.ts';

/** The mean over each channel's pixels: [N, C, H, W] to [N, C, 1, 1]. */
type GlobalAveragePool = { op: 'GlobalAveragePool' };

function averaged(x: Tensor, shape: Shape): Tensor {
  const out = zeros(shape);
  const area = x.data.length / out.data.length;
  for (let plane = 0; plane < out.data.length; plane++) {
    let sum = 0;
    for (let i = 0; i < area; i++) sum += x.data[plane * area + i] as number;
    out.data[plane] = sum / area;
  }
  return out;
}

/** The mean in float32: a running sum over the pixels in order, divided at the end or multiplied by the reciprocal. */
function averaged32(x: Tensor, shape: Shape, way: Way): Tensor {
  const out = zeros(shape);
  const area = x.data.length / out.data.length;
  const order = orderOf(way.order, 1, area);
  const { fround } = Math;
  const share = fround(1 / area);
  for (let plane = 0; plane < out.data.length; plane++) {
    let sum = 0;
    for (let i = 0; i < area; i++) sum = fround(sum + (x.data[plane * area + (order?.[i] ?? i)] as number));
    out.data[plane] = fround(way.biasFirst ? sum * share : sum / area);
  }
  return out;
}

export const globalAveragePool: Operator<GlobalAveragePool> = {
  shape: (_, [first]) => [...nchw(first).slice(0, 2), 1, 1],
  parameters: () => [],
  forward: (_, [x], __, shape) => averaged(x, shape),
  emulate: ({ inputs: [x], shape }, way) => averaged32(x, shape, way),
  worstCase({ inputs: [x], output }, [error], a) {
    const area = x.data.length / output.data.length;
    const sums = averaged(inflated(x, error, gamma(area + 1, a.unit)), output.shape);
    return sums.data.map((mean) => mean + (area + 1) * TINY);
  },
  macs: () => 0,
  // One value for the whole image: it has no neighbours, at any stride.
  field: () => ({ size: [Infinity, Infinity], stride: [1, 1] }),
  narrowed: (node) => node,
};
