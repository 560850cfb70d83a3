import { shown } from '../quote.ts';
import { checkedShape, nchw, type Shape } from '../tensor.ts';

/** Zero padding around an image: top, left, bottom, right, as ONNX orders `pads`. */
export type Pads = readonly [number, number, number, number];
/** Values for height and width. */
export type Pair = readonly [number, number];

/**
 * Padding that follows from the image's size (ONNX's auto_pad): one output per stride, with the odd row or column at the
 * end or the beginning; or none.
 */
export type AutoPad = 'SAME_UPPER' | 'SAME_LOWER' | 'VALID';

/**
 * How a window moves over an image. `pads` count; `autoPad` is how a file should spell them, where it can and they are
 * what it gives.
 */
export type Window = {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly pads: Pads;
  readonly autoPad?: AutoPad | undefined;
};

const count = (extent: number, kernel: number, stride: number): number => Math.floor((extent - kernel) / stride) + 1;

/** Extents of the padded image that a window moves over. */
export const paddedShape = (
  [top, left, bottom, right]: Pads,
  [n, c, h, w]: readonly [number, number, number, number],
) => [n, c, h + top + bottom, w + left + right] as const;

/**
 * Number of windows that fit into an image [N, C, H, W], vertically and horizontally. Throws where none fits, or the
 * padded image is too large.
 */
export function windowsOver(node: { name: string } & Window, image: Shape): Pair {
  const [n, c, h, w] = nchw(image);
  const padded = paddedShape(node.pads, [n, c, h, w]);
  // Runtimes, and the reference, may make the padding explicit.
  checkedShape(`${node.name}, padded`, padded);
  const out = [
    count(padded[2], node.kernel[0], node.strides[0]),
    count(padded[3], node.kernel[1], node.strides[1]),
  ] as const;
  if (out[0] < 1 || out[1] < 1)
    throw new Error(`${shown(node.name)}: input ${h}×${w} is too small for its ${node.kernel} window`);
  return out;
}

/** The padding that `autoPad` gives around an image of this height and width. */
export function autoPads(
  autoPad: AutoPad,
  { kernel, strides }: Pick<Window, 'kernel' | 'strides'>,
  [height, width]: Pair,
): Pads {
  const along = (extent: number, i: 0 | 1): Pair => {
    if (autoPad === 'VALID') return [0, 0];
    const total = Math.max((Math.ceil(extent / strides[i]) - 1) * strides[i] + kernel[i] - extent, 0);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return autoPad === 'SAME_UPPER' ? [less, more] : [more, less];
  };
  const [top, bottom] = along(height, 0);
  const [left, right] = along(width, 1);
  return [top, left, bottom, right];
}

/** A window as text, such as `3×3/2`. */
export function windowText(kernel: Pair, [stride]: Pair): string {
  return `${kernel.join('×')}${stride > 1 ? `/${stride}` : ''}`;
}

/**
 * The receptive field of one pixel of a tensor: its sides, and the distance between the centres of neighbours, in input
 * pixels.
 */
export type Field = {
  /** Rows and columns, ignoring the image's edge; Infinity after a global pool. */
  readonly size: Pair;
  readonly stride: Pair;
};

/**
 * The receptive field after one more window: its size grows by (kernel − 1)·stride, strides multiply (Araujo et al.
 * 2019, equations 1 and 2).
 */
export function grow(field: Field, kernel: Pair, strides: Pair): Field {
  const along = (i: 0 | 1) => field.size[i] + (kernel[i] - 1) * field.stride[i];
  return { size: [along(0), along(1)], stride: [field.stride[0] * strides[0], field.stride[1] * strides[1]] };
}
