import { nchw, type Shape, type Tensor, zeros } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { flushed } from './rounding.ts';
import { grow, type Window, windowsOver, windowText } from './window.ts';

/** The largest value of each window. Padding never wins; NaN always does. */
type MaxPool = { op: 'MaxPool' } & Window;

/** For each window, the value of `carry` at the position of x's largest value. `carry` has x's shape. */
function pooled(x: Tensor, carry: Float64Array, op: Window, shape: Shape): Tensor {
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

export const maxPool: Operator<MaxPool> = {
  shape(node, [first]) {
    const [n, c] = nchw(first);
    return [n, c, ...windowsOver(node, first)];
  },
  parameters: () => [],
  forward: (node, [x], _, shape) => pooled(x, x.data, node, shape),
  worstCase: ({ node, inputs: [x], output }, [error]) =>
    // |max a − max b| ≤ max |a − b|.
    flushed(pooled({ shape: x.shape, data: error }, error, node, output.shape).data),
  macs: () => 0,
  field: (node, input) => grow(input, node.kernel, node.strides),
  narrowed: (node) => node,
  window: ({ kernel, strides }) => windowText(kernel, strides),
};
