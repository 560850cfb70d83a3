import type { OpOf } from '../graph.ts';
import { nchw, type Tensor, zeros } from '../tensor.ts';
import { multiplyPanel, packRows, TILE } from './matmul.ts';

type Geometry = { c: number; h: number; w: number; ow: number; group: number; channels: number };

/** Gathers the input values that TILE consecutive output pixels see, as [channel·kernel, TILE]. */
function gather(
  x: Float64Array,
  image: number,
  pixel: number,
  columns: number,
  g: Geometry,
  op: OpOf<'Conv'>,
  panel: Float64Array,
): void {
  const [kh, kw] = op.kernel;
  const [top, left] = op.pads;
  panel.fill(0);
  for (let s = 0; s < columns; s++) {
    const y0 = Math.floor((pixel + s) / g.ow) * op.strides[0] - top;
    const x0 = ((pixel + s) % g.ow) * op.strides[1] - left;
    let at = s;
    for (let c = 0; c < g.channels; c++) {
      const plane = (image * g.c + g.group * g.channels + c) * g.h;
      for (let i = 0; i < kh; i++) {
        const y = y0 + i;
        const inside = y >= 0 && y < g.h;
        const line = (plane + y) * g.w + x0;
        for (let j = 0; j < kw; j++, at += TILE)
          if (inside && x0 + j >= 0 && x0 + j < g.w) panel[at] = x[line + j] as number;
      }
    }
  }
}

/**
 * 2-D convolution (cross-correlation) with zero padding and groups: ONNX Conv. x [N, C, H, W], weight
 * [O, C/group, kh, kw], bias [O] or undefined; `shape` is the output's. Sums in float64, in channel, row, column order.
 */
export function conv(
  x: Tensor,
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  op: OpOf<'Conv'>,
  shape: readonly number[],
): Tensor {
  const out = zeros(shape);
  const [n, c, h, w] = nchw(x.shape);
  const [, o, oh, ow] = nchw(shape);
  const channels = c / op.group;
  const m = o / op.group;
  const k = channels * op.kernel[0] * op.kernel[1];
  const pixels = oh * ow;
  const panel = new Float64Array(k * TILE);
  for (let group = 0; group < op.group; group++) {
    const rows = packRows(weight, group * m * k, m, k);
    for (let image = 0; image < n; image++)
      for (let pixel = 0; pixel < pixels; pixel += TILE) {
        const columns = Math.min(TILE, pixels - pixel);
        gather(x.data, image, pixel, columns, { c, h, w, ow, group, channels }, op, panel);
        multiplyPanel(rows, panel, out.data, { m, k, columns }, (image * o + group * m) * pixels, pixels, pixel);
      }
  }
  if (bias !== undefined)
    for (let plane = 0; plane < n * o; plane++) {
      const add = bias[plane % o] ?? 0;
      for (let i = 0; i < pixels; i++) out.data[plane * pixels + i] = (out.data[plane * pixels + i] as number) + add;
    }
  return out;
}
