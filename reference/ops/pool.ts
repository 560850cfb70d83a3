import type { OpOf } from '../graph.ts';
import { nchw, type Tensor, zeros } from '../tensor.ts';

/**
 * ONNX MaxPool: the largest value of each window; padding never wins, NaN always does. `carry`, where given, has x's
 * shape, and the output takes its value at the window's winner instead.
 */
export function maxPool(
  x: Tensor,
  op: OpOf<'MaxPool'>,
  shape: readonly number[],
  carry: Float64Array = x.data,
): Tensor {
  const out = zeros(shape);
  const [n, c, h, w] = nchw(x.shape);
  const [, , oh, ow] = nchw(shape);
  const [top, left] = op.pads;
  let at = 0;
  for (let plane = 0; plane < n * c; plane++)
    for (let oy = 0; oy < oh; oy++)
      for (let ox = 0; ox < ow; ox++) {
        const y0 = oy * op.strides[0] - top;
        const x0 = ox * op.strides[1] - left;
        const [bottom, right] = [Math.min(y0 + op.kernel[0], h), Math.min(x0 + op.kernel[1], w)];
        let best = -Infinity;
        let winner = -1;
        for (let y = Math.max(y0, 0); y < bottom; y++)
          for (let column = Math.max(x0, 0); column < right; column++) {
            const index = (plane * h + y) * w + column;
            const value = x.data[index] as number;
            if (winner < 0 || value > best || Number.isNaN(value)) {
              best = value;
              winner = index;
            }
          }
        out.data[at++] = carry[winner] as number;
      }
  return out;
}

/** ONNX GlobalAveragePool: [N, C, H, W] to [N, C, 1, 1]. */
export function globalAveragePool(x: Tensor, shape: readonly number[]): Tensor {
  const out = zeros(shape);
  const area = x.data.length / out.data.length;
  for (let plane = 0; plane < out.data.length; plane++) {
    let sum = 0;
    for (let i = 0; i < area; i++) sum += x.data[plane * area + i] as number;
    out.data[plane] = sum / area;
  }
  return out;
}
