import type { OpOf } from '../graph.ts';
import { nchw, type Tensor, zeros } from '../tensor.ts';

/** Every `steps`-th row and column from the first. */
export function slice(x: Tensor, op: OpOf<'Slice'>, shape: readonly number[]): Tensor {
  const out = zeros(shape);
  const [n, c, h, w] = nchw(x.shape);
  let at = 0;
  for (let plane = 0; plane < n * c; plane++)
    for (let y = 0; y < h; y += op.steps[0])
      for (let column = 0; column < w; column += op.steps[1])
        out.data[at++] = x.data[(plane * h + y) * w + column] as number;
  return out;
}

/** Zero channels before and after. */
export function padChannels(x: Tensor, op: OpOf<'Pad'>, shape: readonly number[]): Tensor {
  const out = zeros(shape);
  const [n, c, h, w] = nchw(x.shape);
  const width = c + op.channels[0] + op.channels[1];
  for (let image = 0; image < n; image++)
    out.data.set(x.data.subarray(image * c * h * w, (image + 1) * c * h * w), (image * width + op.channels[0]) * h * w);
  return out;
}

/** [N, …] to [N, product of the rest]. */
export function flatten(x: Tensor, shape: readonly number[]): Tensor {
  return { shape, data: x.data };
}
