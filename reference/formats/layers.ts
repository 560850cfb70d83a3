import type { OpOf, Pads, Pair } from '../graph.ts';
import { joinFloats } from '../join.ts';
import { quote, shapeText } from '../quote.ts';
import { nchw, transpose } from '../tensor.ts';
import { checkFinite, floatsOf, type Network, once, reshaped, tensorOf } from './network.ts';
import type { Floats, Item, Padded, Pending, Piece, Value } from './values.ts';

/** A convolution's weights, OIHW. */
export type Filter = { readonly weight: Floats; readonly in: number; readonly out: number; readonly kernel: Pair };

/** How windows move over an image. `same`: as many outputs as strides, what is odd of the padding at the end or the beginning. */
export type Geometry = {
  readonly strides: Pair;
  readonly padding: Pads | 'same-upper' | 'same-lower';
  readonly group: number;
};

/** Two whole numbers of 1 or more, for height and width; `fallback` for both where there are none. Throws on others. */
export function pairOf(values: readonly number[] | undefined, what: string, fallback: number): Pair {
  const [height = fallback, width = fallback, ...rest] = values ?? [];
  if (rest.length > 0 || [height, width].some((value) => !Number.isSafeInteger(value) || value < 1))
    throw new Error(`its ${what} are ${shapeText(values ?? [])}: two numbers of 1 or more are supported`);
  return [height, width];
}

/** Paddings of 0 or more as top, left, bottom, right. Throws on others. */
export function padsOf(values: readonly number[]): Pads {
  const [top = 0, left = 0, bottom = 0, right = 0] = values;
  if (values.some((value) => !Number.isSafeInteger(value) || value < 0))
    throw new Error(`its pads are ${shapeText(values)}: only 0 or more are supported`);
  return [top, left, bottom, right];
}

const plus = (a: Pads, b: Pads): Pads => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
const NONE: Pads = [0, 0, 0, 0];

/** The padding around an image of this shape, as numbers (ONNX's auto_pad, TensorFlow's SAME). */
function resolved({ padding, strides }: Geometry, kernel: Pair, shape: readonly number[]): Pads {
  if (typeof padding !== 'string') return padding;
  const [, , h, w] = nchw(shape);
  const along = (extent: number, i: 0 | 1): Pair => {
    const total = Math.max((Math.ceil(extent / strides[i]) - 1) * strides[i] + kernel[i] - extent, 0);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return padding === 'same-upper' ? [less, more] : [more, less];
  };
  const [top, bottom] = along(h, 0);
  const [left, right] = along(w, 1);
  return [top, left, bottom, right];
}

/** An image and the zeros around it that a border before it asks for. */
function unpadded(item: Item | undefined, allowed: (border: Padded) => boolean): { x: Value; border: Pads } {
  if (item?.kind !== 'padded') return { x: tensorOf(item), border: NONE };
  if (!allowed(item)) throw new Error(`the border of ${item.fill} before it is no padding of its own`);
  return { x: item.of, border: item.pads };
}

/** Something that may yet get a bias, of a node that `add` adds. */
function pending(
  net: Network,
  name: string,
  shape: readonly number[],
  last: boolean,
  add: (name: string, bias?: Floats, place?: number) => Value,
): Pending {
  const place = net.place();
  let known: Value | undefined;
  return {
    kind: 'pending',
    shape,
    last,
    plain() {
      known ??= add(name, undefined, place);
      return known;
    },
    biased: (value, bias) => add(value, bias),
  };
}

/**
 * A convolution of an image, of one with a border, or of one part of one. `part` is what sets its name apart, where the
 * file has none for its value.
 */
export function convolve(
  net: Network,
  name: string,
  item: Item | undefined,
  filter: Filter,
  bias: Floats | undefined,
  geometry: Geometry,
  part?: string,
): Value | Pending | Piece {
  if (item?.kind === 'part') return { kind: 'piece', part: item, filter, geometry, bias, relu: false };
  const { x, border } = unpadded(item, ({ fill }) => fill === 0);
  checkFinite(filter.weight);
  const pads = plus(resolved(geometry, filter.kernel, x.shape), border);
  const { in: inner, out, kernel, weight } = filter;
  const { strides, group } = geometry;
  if (inner * group !== x.shape[1] || out % group !== 0)
    throw new Error(
      `its weight ${quote(weight.name)} ${shapeText(weight.shape)} does not fit an image of ${x.shape[1]} channels in ${group} groups`,
    );
  const op = { op: 'Conv', in: inner * group, out, kernel, strides, pads, group } as const;
  const add = (value: string, added?: Floats, place?: number) => {
    const filling = added === undefined ? { weight } : { weight, bias: added };
    return net.add(value, { ...op, bias: added !== undefined }, [x], filling, { part, place });
  };
  return bias === undefined ? pending(net, name, [x.shape[0] ?? 1, out, 1, 1], x.last, add) : add(name, bias);
}

/** Convolutions of an image's parts, side by side again: one in groups. */
export function joinPieces(net: Network, name: string, items: readonly (Item | undefined)[]): Value {
  const pieces = items.filter((item): item is Piece => item?.kind === 'piece');
  const [first] = pieces;
  const kindOf = ({ geometry, filter, relu, bias }: Piece) =>
    JSON.stringify([geometry, filter.kernel, filter.in, filter.out, relu, bias !== undefined]);
  const alike = (piece: Piece, index: number) =>
    first !== undefined &&
    piece.part.index === index &&
    piece.part.of.node === first.part.of.node &&
    kindOf(piece) === kindOf(first);
  if (
    first === undefined ||
    pieces.length !== items.length ||
    first.part.count !== items.length ||
    !pieces.every(alike)
  )
    throw new Error('it joins what is not a convolution in groups');
  const { filter, geometry, relu, part } = first;
  const joined = (list: readonly Floats[], shape: readonly number[]): Floats => {
    net.reserve(list.reduce((sum, one) => sum + one.data.length, 0));
    const data = joinFloats(list.map((one) => one.data));
    return { kind: 'floats', name: list[0]?.name ?? name, shape, data };
  };
  const out = filter.out * pieces.length;
  const weight = joined(
    pieces.map((piece) => piece.filter.weight),
    [out, filter.in, ...filter.kernel],
  );
  const biases = pieces.flatMap((piece) => piece.bias ?? []);
  const bias = biases.length > 0 ? joined(biases, [out]) : undefined;
  const pads = resolved(geometry, filter.kernel, part.of.shape);
  const op = {
    op: 'Conv',
    in: filter.in * pieces.length,
    out,
    kernel: filter.kernel,
    strides: geometry.strides,
  } as const;
  const conv = { ...op, pads, group: pieces.length, bias: bias !== undefined };
  const sum = net.add(name, conv, [part.of], bias ? { weight, bias } : { weight }, { part: relu ? 'conv' : undefined });
  return relu ? net.add(name, { op: 'Relu' }, [sum], {}) : sum;
}

/** x·matrix, [in, out] or as `transposed` [out, in]: of rows, or of the channels of each pixel. */
export function multiplyMatrix(
  net: Network,
  name: string,
  item: Item | undefined,
  matrix: Floats,
  transposed: boolean,
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
  const square = { kernel: [1, 1], strides: [1, 1], pads: NONE, group: 1, linear: true } as const;
  const shape = [x.shape[0] ?? 1, out, ...x.shape.slice(2).map(() => 1)];
  return pending(net, name, shape, x.last, (value, bias, place) => {
    if (x.shape.length === 4) {
      const op: OpOf<'Conv'> = { op: 'Conv', in: inner, out, ...square, bias: bias !== undefined };
      return net.add(value, op, [x], bias ? { weight, bias } : { weight }, { place });
    }
    const zeros = () => once(matrix.data, `zeros ${out}`, () => new Float32Array(out));
    const added = bias ?? { kind: 'floats', name: `${name}.bias`, shape: [out], data: zeros() };
    return net.add(value, { op: 'Gemm', in: inner, out }, [x], { weight, bias: added }, { place });
  });
}

/** The largest of each window. A border of zeros before it is padding where nothing is below zero, as after a ReLU. */
export function maxPool(net: Network, name: string, item: Item | undefined, kernel: Pair, geometry: Geometry): Value {
  const lowest = -3.4e38;
  const { x, border } = unpadded(
    item,
    ({ fill, of }) => fill < lowest || (fill === 0 && net.madeBy(of)?.op.op === 'Relu'),
  );
  const pads = plus(resolved(geometry, kernel, x.shape), border);
  if (pads.some((pad, i) => pad >= (kernel[i % 2] as number)))
    throw new Error(`its pads [${pads}] are wider than its window`);
  return net.add(name, { op: 'MaxPool', kernel, strides: geometry.strides, pads }, [x], {});
}

/** The mean of each channel, as [N, C, 1, 1] or, where not `keep`, as [N, C]. */
export function averageAll(net: Network, name: string, item: Item | undefined, keep: boolean): Value {
  const x = tensorOf(item);
  const pooled = net.add(name, { op: 'GlobalAveragePool' }, [x], {}, { part: keep ? undefined : 'pool' });
  return keep ? pooled : net.add(name, { op: 'Flatten' }, [pooled], {});
}

/** A pool by averages, whose one window must be the whole image. */
export function averageWhole(
  net: Network,
  name: string,
  item: Item | undefined,
  kernel: Pair,
  geometry: Geometry,
): Value {
  const x = tensorOf(item);
  const [, , h, w] = nchw(x.shape);
  const pads = resolved(geometry, kernel, x.shape);
  if (kernel[0] !== h || kernel[1] !== w || pads.some((pad) => pad > 0))
    throw new Error(
      `its window ${kernel.join('×')} is not the whole image of ${h}×${w}: only such a pool is supported`,
    );
  return averageAll(net, name, x, true);
}

export function batchNorm(net: Network, name: string, inputs: readonly (Item | undefined)[], epsilon: number): Value {
  const x = tensorOf(inputs[0]);
  const [weight, bias, mean, variance] = ['weight', 'bias', 'mean', 'variance'].map((what, i) =>
    floatsOf(inputs[i + 1], what),
  );
  const filling = { weight, bias, running_mean: mean, running_var: variance } as { [suffix: string]: Floats };
  return net.add(name, { op: 'BatchNormalization', channels: x.shape[1] ?? 0, epsilon }, [x], filling);
}
