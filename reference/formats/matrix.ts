import type { OpOf } from '../graph.ts';
import { quote, shapeText } from '../quote.ts';
import { transpose } from '../tensor.ts';
import { type Builder, checkFinite, once, reshaped, tensorOf } from './builder.ts';
import { NO_PADS } from './geometry.ts';
import { pending } from './pending.ts';
import type { Floats, Item, Pending } from './values.ts';

/** x·matrix, [in, out] or as `transposed` [out, in]: of rows, or of the channels of each pixel. */
export function multiplyMatrix(
  net: Builder,
  name: string,
  item: Item | undefined,
  { matrix, transposed }: { readonly matrix: Floats; readonly transposed: boolean },
): Pending {
  const x = tensorOf(item);
  const [rows = 0, columns = 0, ...rest] = matrix.shape;
  const [inner, out] = transposed ? [columns, rows] : [rows, columns];
  if (rest.length > 0 || matrix.shape.length !== 2)
    throw new Error(`${quote(matrix.name)} ${shapeText(matrix.shape)} is no matrix`);
  if (x.shape.length === 4 && !x.last)
    throw new Error('it multiplies along the width of an image, not along its channels');
  if (x.shape[1] !== inner)
    throw new Error(`${quote(matrix.name)} ${shapeText(matrix.shape)} does not fit ${x.shape[1]} features`);
  checkFinite(matrix);
  const turned = () => transpose(matrix.data, inner, out);
  const data = transposed ? matrix.data : once(matrix.data, `turned ${inner}`, turned);
  const weight = reshaped(matrix, [out, inner], data);
  const square = { kernel: [1, 1], strides: [1, 1], pads: NO_PADS, group: 1, linear: true } as const;
  const shape = [x.shape[0] ?? 1, out, ...x.shape.slice(2).map(() => 1)];
  return pending(net, name, { shape, last: x.last }, (value, bias, place) => {
    if (x.shape.length === 4) {
      const op: OpOf<'Conv'> = { op: 'Conv', in: inner, out, ...square, bias: bias !== undefined };
      return net.add(value, op, [x], bias ? { weight, bias } : { weight }, { place });
    }
    const zeros = () => once(matrix.data, `zeros ${out}`, () => new Float32Array(out));
    const added = bias ?? { kind: 'floats', name: `${name}.bias`, shape: [out], data: zeros() };
    return net.add(value, { op: 'Gemm', in: inner, out }, [x], { weight, bias: added }, { place });
  });
}
