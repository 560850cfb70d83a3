import type { Pads, Pair } from '../graph.ts';
import { shapeText } from '../quote.ts';
import { nchw, sizeOf } from '../tensor.ts';
import { type Builder, tensorOf } from './builder.ts';
import type { Item, Value } from './values.ts';

/** Rows and columns around an image, channels before and after its own, and the value of both. */
export type Padding = { readonly border: Pads; readonly channels: Pair; readonly fill: number };

/**
 * A border around an image, which is for the convolution or pool after it, or channels of zeros before and after its
 * own. Throws on both at once, and on channels of anything else.
 */
export function pad(net: Builder, name: string, image: Value, { border, channels, fill }: Padding): Item {
  const bordered = border.some((amount) => amount > 0);
  if (channels[0] + channels[1] === 0) return bordered ? { kind: 'padded', of: image, pads: border, fill } : image;
  if (bordered || fill !== 0) throw new Error('it pads channels, and more than that or with something else than 0');
  return net.add(name, { op: 'Pad', channels }, [image], {});
}

/** Steps as a runtime has them, which are 32-bit integers: those that leave any image are all alike. */
const along = ([rows, columns]: Pair): Pair => [Math.min(rows, 2 ** 31 - 1), Math.min(columns, 2 ** 31 - 1)];

/** Every so many rows and columns of an image, from the first; of one that is so already, both at once. */
export function slice(net: Builder, name: string, image: Value, given: Pair): Value {
  const steps = along(given);
  const before = net.madeBy(image);
  const [source] = before?.inputs ?? [];
  if (before?.op.op !== 'Slice' || source === undefined) return net.add(name, { op: 'Slice', steps }, [image], {});
  const both = along([before.op.steps[0] * steps[0], before.op.steps[1] * steps[1]]);
  return net.add(name, { op: 'Slice', steps: both }, [source], {});
}

/** An image with its order of channels as the file now has it. */
export function turned(item: Item | undefined, permutation: readonly number[]): Value {
  const x = tensorOf(item);
  const to = `${permutation}` === '0,2,3,1' ? true : `${permutation}` === '0,3,1,2' ? false : undefined;
  if (to === undefined || to === x.last || x.shape.length !== 4)
    throw new Error(`its permutation ${shapeText(permutation)} moves more than the channels of an image`);
  return { ...x, last: to };
}

/** An image as rows, in the order that the file has. `target`, where given, is the shape that it must come to. */
export function flatten(net: Builder, name: string, item: Item | undefined, target?: readonly number[]): Value {
  const x = tensorOf(item);
  const [n = 1, ...rest] = x.shape;
  const shape = [n, sizeOf(rest)];
  const asked = target && wholeShape(target, sizeOf(x.shape));
  if (asked !== undefined && `${asked}` === `${seen(x)}`) return x;
  if (asked !== undefined && `${asked}` !== `${shape}`)
    throw new Error(
      `it reshapes ${shapeText(seen(x))} to ${shapeText(target ?? [])}: only to [${shape}], [batch, -1], is supported`,
    );
  if (x.shape.length === 2) return x;
  const [, c, h, w] = nchw(x.shape);
  if (x.last && c > 1 && h * w > 1)
    throw new Error(`it flattens ${h}×${w} pixels with their channels last: only a pooled image is supported`);
  return { ...net.add(name, { op: 'Flatten' }, [x], {}), last: false };
}

/** A shape with its one −1 worked out. */
export function wholeShape(target: readonly number[], size: number): number[] {
  const known = target.reduce((product, extent) => (extent < 0 ? product : product * extent), 1);
  return target.map((extent) => (extent < 0 ? size / known : extent));
}

/** A value's shape as the file has it. */
export function seen({ shape, last }: Value): number[] {
  if (!last || shape.length !== 4) return [...shape];
  const [n, c, h, w] = nchw(shape);
  return [n, h, w, c];
}
