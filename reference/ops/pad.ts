import { nchw, type Shape, type Tensor, zeros } from '../tensor.ts';
import type { Operator } from './operator.ts';
import { flushed } from './rounding.ts';
import type { Pair } from './window.ts';

/** Zero channels before and after (ONNX Pad on axis 1). */
type Pad = { op: 'Pad'; channels: Pair };

function padded(x: Tensor, { channels }: Pad, shape: Shape): Tensor {
  const out = zeros(shape);
  const [n, c, h, w] = nchw(x.shape);
  const width = c + channels[0] + channels[1];
  for (let image = 0; image < n; image++)
    out.data.set(x.data.subarray(image * c * h * w, (image + 1) * c * h * w), (image * width + channels[0]) * h * w);
  return out;
}

export const pad: Operator<Pad> = {
  shape({ channels }, [first]) {
    const [n, c, h, w] = nchw(first);
    return [n, c + channels[0] + channels[1], h, w];
  },
  parameters: () => [],
  forward: (node, [x], _, shape) => padded(x, node, shape),
  worstCase: ({ node, inputs: [x], output }, [error]) =>
    flushed(padded({ shape: x.shape, data: error }, node, output.shape).data),
  macs: () => 0,
  field: (_, input) => input,
  narrowed: () => undefined,
};
