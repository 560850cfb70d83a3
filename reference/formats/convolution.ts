import { joinFloats } from '../join.ts';
import { quote, shapeText } from '../quote.ts';
import { type Builder, checkFinite } from './builder.ts';
import { padsAround, padsTogether, spelling, withoutBorder } from './geometry.ts';
import { pending } from './pending.ts';
import type { Filter, Floats, Geometry, Item, Pending, Piece, Value } from './values.ts';

/** The parameters of a convolution. `part` is added to its name where the file has none for its value. */
export type Convolution = {
  readonly filter: Filter;
  readonly bias: Floats | undefined;
  readonly geometry: Geometry;
  readonly part: string | undefined;
};

/** A convolution of an image, of an image with a border, or of one part of an image. */
export function convolve(
  net: Builder,
  name: string,
  item: Item | undefined,
  { filter, bias, geometry, part }: Convolution,
): Value | Pending | Piece {
  if (item?.kind === 'part') return { kind: 'piece', part: item, filter, geometry, bias, relu: false };
  const { x, border } = withoutBorder(item, ({ fill }) => fill === 0);
  checkFinite(filter.weight);
  const pads = padsTogether(padsAround({ kernel: filter.kernel, geometry }, x.shape), border);
  const { in: inner, out, kernel, weight } = filter;
  const { strides, group } = geometry;
  if (inner * group !== x.shape[1] || out % group !== 0)
    throw new Error(
      `its weight ${quote(weight.name)} ${shapeText(weight.shape)} does not fit an image of ${x.shape[1]} channels in ${group} groups`,
    );
  const spelled = spelling(geometry, border);
  const op = { op: 'Conv', in: inner * group, out, kernel, strides, pads, ...spelled, group } as const;
  const add = (value: string, added?: Floats, place?: number) => {
    const filling = added === undefined ? { weight } : { weight, bias: added };
    return net.add(value, { ...op, bias: added !== undefined }, [x], filling, { part, place });
  };
  return bias === undefined
    ? pending(net, name, { shape: [x.shape[0] ?? 1, out, 1, 1], last: x.last }, add)
    : add(name, bias);
}

/** Joins convolutions of an image's parts to one grouped convolution. */
export function joinPieces(net: Builder, name: string, items: readonly (Item | undefined)[]): Value {
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
  const pads = padsAround({ kernel: filter.kernel, geometry }, part.of.shape);
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
