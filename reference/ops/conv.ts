import type { OpOf } from '../graph.ts';
import { nchw, type Tensor, zeros } from '../tensor.ts';
import { type Product, product, TILE } from './matmul.ts';

/** Output pixels whose inputs are gathered together: enough to read the weights seldom, few enough for the cache. */
const PIXELS = 64;

type Geometry = { c: number; h: number; w: number; ow: number; group: number; channels: number };

/** Gathers what `lines` output pixels from `first` on see of the input, each a line of channel · row · column. */
function gather(
  x: Float64Array,
  image: number,
  first: number,
  lines: number,
  g: Geometry,
  op: OpOf<'Conv'>,
  into: Product,
): void {
  const { memory } = into;
  const [kh, kw] = op.kernel;
  const [top, left] = op.pads;
  into.clear();
  for (let s = 0; s < lines; s++) {
    const y0 = Math.floor((first + s) / g.ow) * op.strides[0] - top;
    const x0 = ((first + s) % g.ow) * op.strides[1] - left;
    let at = into.b(s);
    for (let c = 0; c < g.channels; c++) {
      const plane = (image * g.c + g.group * g.channels + c) * g.h;
      for (let i = 0; i < kh; i++) {
        const y = y0 + i;
        const inside = y >= 0 && y < g.h;
        const line = (plane + y) * g.w + x0;
        for (let j = 0; j < kw; j++, at += TILE)
          if (inside && x0 + j >= 0 && x0 + j < g.w) memory[at] = x[line + j] as number;
      }
    }
  }
}

function allFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

/** As conv, tap by tap and without a kernel: no tap in the padding is read, whatever its weight. */
function direct(
  x: Tensor,
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  op: OpOf<'Conv'>,
  shape: readonly number[],
): Tensor {
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

/**
 * 2-D convolution (cross-correlation) with zero padding and groups: ONNX Conv. x [N, C, H, W], weight
 * [O, C/group, kh, kw], bias [O] or undefined; `shape` is the output's. Sums in float64. Padding adds nothing: it does
 * not become NaN under an infinite weight. ONNX does not say; its own evaluator has done both.
 */
export function conv(
  x: Tensor,
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  op: OpOf<'Conv'>,
  shape: readonly number[],
): Tensor {
  if (!allFinite(weight)) return direct(x, weight, bias, op, shape);
  const out = zeros(shape);
  const [n, c, h, w] = nchw(x.shape);
  const [, o, oh, ow] = nchw(shape);
  const channels = c / op.group;
  const m = o / op.group;
  const k = channels * op.kernel[0] * op.kernel[1];
  const area = oh * ow;
  if (bias !== undefined)
    for (let plane = 0; plane < n * o; plane++)
      out.data.fill(bias[plane % o] as number, plane * area, (plane + 1) * area);
  for (let group = 0; group < op.group; group++) {
    const dots = product(m, Math.min(PIXELS, area), k);
    for (let row = 0; row < m; row++) {
      let at = dots.a(row);
      const start = (group * m + row) * k;
      for (let i = 0; i < k; i++, at += TILE) dots.memory[at] = weight[start + i] as number;
    }
    for (let image = 0; image < n; image++)
      for (let first = 0; first < area; first += PIXELS) {
        const lines = Math.min(PIXELS, area - first);
        gather(x.data, image, first, lines, { c, h, w, ow, group, channels }, op, dots);
        dots.addTo(out.data, (image * o + group * m) * area + first, area, lines);
      }
  }
  return out;
}
