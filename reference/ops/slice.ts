import { nchw, type Shape, type Tensor, zeros } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { flushed } from './rounding.ts';
import { grow, type Pair } from './window.ts';

/** Every `steps`-th row and column, from the first (ONNX Slice on axes 2 and 3). */
type Slice = { op: 'Slice'; steps: Pair };

function sliced(x: Tensor, { steps }: Slice, shape: Shape): Tensor {
  const out = zeros(shape);
  const [n, c, h, w] = nchw(x.shape);
  let at = 0;
  for (let plane = 0; plane < n * c; plane++)
    for (let y = 0; y < h; y += steps[0])
      for (let column = 0; column < w; column += steps[1])
        out.data[at++] = x.data[(plane * h + y) * w + column] as number;
  return out;
}

export const slice: Operator<Slice> = {
  shape({ steps }, [first]) {
    const [n, c, h, w] = nchw(first);
    return [n, c, Math.ceil(h / steps[0]), Math.ceil(w / steps[1])];
  },
  parameters: () => [],
  forward: (node, [x], _, shape) => sliced(x, node, shape),
  worstCase: ({ node, inputs: [x], output }, [error]) =>
    flushed(sliced({ shape: x.shape, data: error }, node, output.shape).data),
  macs: () => 0,
  field: ({ steps }, input) => grow(input, [1, 1], steps),
  narrowed: (node) => node,
  window: ({ steps }) => `/${steps[0]}`,
};
