import type { Pads, Pair } from '../graph.ts';
import { autoPads } from '../ops/window.ts';
import { shapeText } from '../quote.ts';
import { nchw } from '../tensor.ts';
import { tensorOf } from './builder.ts';
import type { Geometry, Item, Padded, Value } from './values.ts';

/**
 * Two whole numbers of 1 or more, for height and width; `fallback` for both where there are none. Throws on anything
 * else.
 */
export function pairOf(values: readonly number[] | undefined, what: string, fallback: number): Pair {
  const [height = fallback, width = fallback, ...rest] = values ?? [];
  if (rest.length > 0 || [height, width].some((value) => !Number.isSafeInteger(value) || value < 1))
    throw new Error(`its ${what} are ${shapeText(values ?? [])}: two numbers of 1 or more are supported`);
  return [height, width];
}

/** Paddings of 0 or more as top, left, bottom, right. Throws on anything else. */
export function padsOf(values: readonly number[]): Pads {
  const [top = 0, left = 0, bottom = 0, right = 0] = values;
  if (values.some((value) => !Number.isSafeInteger(value) || value < 0))
    throw new Error(`its pads are ${shapeText(values)}: only 0 or more are supported`);
  return [top, left, bottom, right];
}

/** A window and how it moves. */
export type Window = { readonly kernel: Pair; readonly geometry: Geometry };

/** The sum of two paddings. */
export const padsTogether = (a: Pads, b: Pads): Pads => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
export const NO_PADS: Pads = [0, 0, 0, 0];

/** The padding around an image of this shape, as numbers (ONNX's auto_pad, TensorFlow's SAME). */
export function padsAround({ kernel, geometry }: Window, shape: readonly number[]): Pads {
  const { padding, strides } = geometry;
  if (typeof padding !== 'string') return padding;
  const [, , h, w] = nchw(shape);
  return autoPads(padding === 'same-upper' ? 'SAME_UPPER' : 'SAME_LOWER', { kernel, strides }, [h, w]);
}

/** An image, and its border of zeros as padding. */
export function withoutBorder(
  item: Item | undefined,
  allowed: (border: Padded) => boolean,
): { x: Value; border: Pads } {
  if (item?.kind !== 'padded') return { x: tensorOf(item), border: NO_PADS };
  if (!allowed(item)) throw new Error(`the border of ${item.fill} before it is no padding of its own`);
  return { x: item.of, border: item.pads };
}
