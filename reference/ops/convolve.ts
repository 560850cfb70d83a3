import { nchw, type Shape, type Tensor, zeros } from '../tensor.ts';
import type { Operands } from './dot.ts';
import { EXACT, product, type Sums } from './matmul.ts';

import { reordered, rows, windows } from './pack.ts';
import { orderOf, plusBias, type Way } from './way.ts';
import type { Pads, Window } from './window.ts';

/** A convolution's window, and its number of channel groups. */
export type Filters = Window & { readonly group: number };

/** x with its zero padding made explicit. */
function pad(x: Tensor, [top, left, bottom, right]: Pads): Tensor {
  const [n, c, h, w] = nchw(x.shape);
  const [height, width] = [top + h + bottom, left + w + right];
  const out = zeros([n, c, height, width]);
  for (let plane = 0, from = 0; plane < n * c; plane++)
    for (let y = 0; y < h; y++) {
      const start = (plane * height + top + y) * width + left;
      for (let i = start; i < start + w; i++) out.data[i] = x.data[from++] as number;
    }
  return out;
}

function allFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/**
 * The same as convolve, tap by tap and without the kernel. It reads no tap in the padding, so infinite weights are
 * harmless there.
 */
function direct({ x, weight, bias }: Operands, op: Filters, shape: Shape): Tensor {
  const out = zeros(shape);
  const [, c, h, w] = nchw(x.shape);
  const [n, o, oh, ow] = nchw(shape);
  const [kh, kw] = op.kernel;
  const channels = c / op.group;
  for (let plane = 0, at = 0; plane < n * o; plane++)
    for (let pixel = 0; pixel < oh * ow; pixel++, at++) {
      const [image, filter] = [Math.floor(plane / o), plane % o];
      const first = image * c + Math.floor(filter / (o / op.group)) * channels;
      const y0 = Math.floor(pixel / ow) * op.strides[0] - op.pads[0];
      const x0 = (pixel % ow) * op.strides[1] - op.pads[1];
      let sum = bias?.[filter] ?? 0;
      for (let tap = 0; tap < channels * kh * kw; tap++) {
        const y = y0 + (Math.floor(tap / kw) % kh);
        const column = x0 + (tap % kw);
        if (y < 0 || y >= h || column < 0 || column >= w) continue;
        const value = x.data[((first + Math.floor(tap / (kh * kw))) * h + y) * w + column] as number;
        sum += value * (weight[filter * channels * kh * kw + tap] as number);
      }
      out.data[at] = sum;
    }
  return out;
}

/** How the terms of every sum are ordered and added. `order`: position of each term in PyTorch's order; undefined for that order. */
type Terms = { readonly sums: Sums; readonly order: Int32Array | undefined };

function windowSums({ x, weight: given, bias }: Operands, op: Filters, shape: Shape, { sums, order }: Terms): Tensor {
  const out = zeros(shape);
  const { data, shape: extents } = op.pads.some((extent) => extent > 0) ? pad(x, op.pads) : x;
  const [n, c, h, w] = nchw(extents);
  const [, o, oh, ow] = nchw(shape);
  const [kh, kw] = op.kernel;
  const channels = c / op.group;
  const m = o / op.group;
  const k = channels * kh * kw;
  const area = oh * ow;
  const weight = order === undefined ? given : reordered(given, k, order);
  const offsets = Int32Array.from({ length: k }, (_, place) => {
    const i = order?.[place] ?? place;
    const [channel, row] = [Math.floor(i / (kh * kw)), Math.floor(i / kw) % kh];
    return (channel * h + row) * w + (i % kw);
  });
  for (let group = 0; group < op.group; group++) {
    const corner = (line: number) => {
      const plane = Math.floor(line / area) * c + group * channels;
      const y = Math.floor((line % area) / ow) * op.strides[0];
      return (plane * h + y) * w + (line % ow) * op.strides[1];
    };
    const first = group * m;
    const shift = bias && Array.from({ length: m }, (_, row) => bias[first + row] as number);
    const dots = product({ a: rows(weight, first, m, k), b: windows(data, n * area, corner, offsets), k, shift }, sums);
    for (let row = 0; row < m; row++)
      for (let image = 0; image < n; image++) {
        const from = row * dots.pitch + image * area;
        out.data.set(dots.memory.subarray(from, from + area), (image * o + first + row) * area);
      }
  }
  return out;
}

/**
 * 2-D convolution (cross-correlation) with zero padding and groups: ONNX Conv. x [N, C, H, W], weight [O, C/group, kh,
 * kw], bias [O] or undefined; `shape` is the output's. Sums in float64. Padding adds nothing, even under an infinite
 * weight (0 · ∞ would be NaN). ONNX does not define this; its own evaluator has done both.
 */
export function convolve(operands: Operands, op: Filters, shape: Shape): Tensor {
  const padded = op.pads.some((extent) => extent > 0);
  if (padded && !allFinite(operands.weight)) return direct(operands, op, shape);
  return windowSums(operands, op, shape, { sums: EXACT, order: undefined });
}

/** The same in float32, summed in one of the ways that runtimes have. */
export function convolve32(operands: Operands, op: Filters, shape: Shape, way: Way): Tensor {
  const [, c] = nchw(operands.x.shape);
  const terms = { sums: way, order: orderOf(way.order, c / op.group, op.kernel[0] * op.kernel[1]) };
  if (way.biasFirst || operands.bias === undefined) return windowSums(operands, op, shape, terms);
  const { x, weight, bias } = operands;
  return plusBias(windowSums({ x, weight, bias: undefined }, op, shape, terms), bias);
}
