import { type Graph, INPUT, inferShape, inferShapes, type Node, nodeParameters, type Op } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import { cutAt } from '../passes/cut.ts';
import { quote, shapeText } from '../quote.ts';
import { checkedShape, sizeOf } from '../tensor.ts';
import { requireFinite } from '../weights/checkpoint.ts';
import type { NetworkFile, Read } from './format.ts';
import { isReserved, plain, uniqueNames } from './names.ts';
import { stagesOf } from './stages.ts';
import type { Constant, Floats, Item, Value } from './values.ts';

/** The values of a node's parameters. */
export type Filling = { readonly [suffix: string]: Floats };

/**
 * `part` is added to a node's name where the file has no value for it. `place` is its position in the order, if not at
 * the end.
 */
export type As = { readonly part?: string | undefined; readonly place?: number | undefined };

/** The network that is being read. */
export type Builder = {
  readonly batch: number;
  readonly input: Value;
  /** Adds a node; `value` is its name in the file. */
  add(value: string, op: Op, inputs: readonly Value[], filling: Filling, as?: As): Value;
  /** Counts values that will be joined from constants. Throws where they are many times what the file holds. */
  reserve(values: number): void;
  /** Reserves a position in the order of nodes, for a node that is added later. */
  place(): number;
  /** The operation that a value comes from, and what it reads; undefined for the input. */
  madeBy(value: Value): { readonly op: Op; readonly inputs: readonly Value[] } | undefined;
  /** The network whose output is this value, which the file calls `outputName`. */
  finish(name: string, output: Value, outputName: string): Read;
};

/** An item as a value of the network. Throws where it is not one. */
export function tensorOf(item: Item | undefined): Value {
  if (item?.kind === 'value') return item;
  if (item?.kind === 'pending') return item.plain();
  if (item === undefined) throw new Error('an input is missing');
  const what = { floats: 'a constant', integers: 'a shape', partial: 'a piece of arithmetic', padded: 'a border' };
  throw new Error(
    `it reads ${item.kind in what ? what[item.kind as 'padded'] : 'a part of an image'}, where it should read an image`,
  );
}

/** An item as a constant with values. Throws where it is not one: a computed value cannot be a weight. */
export function floatsOf(item: Item | undefined, what: string): Floats {
  if (item?.kind !== 'floats') throw new Error(`its ${what} is not in the file as float32`);
  if (item.data.length === 0) throw new Error(`its ${what} ${quote(item.name)} is empty`);
  return item;
}

/** A constant with its values in another order or shape. */
export const reshaped = (floats: Floats, shape: readonly number[], data = floats.data): Floats => ({
  ...floats,
  shape,
  data,
});

/** Constants that were checked already: any number of nodes may share them. */
const finite = new WeakSet<Float32Array>();

/** Throws where a constant has values that are NaN or infinite. */
export function checkFinite({ name, data }: Floats): void {
  if (finite.has(data)) return;
  requireFinite(name, data);
  finite.add(data);
}

const remade = new WeakMap<Float32Array, Map<string, Float32Array>>();

/** The result of `make` for a constant's values, computed once for each `kind`: any number of nodes may share it. */
export function once(data: Float32Array, kind: string, make: () => Float32Array): Float32Array {
  const known = remade.get(data) ?? new Map<string, Float32Array>();
  remade.set(data, known);
  const made = known.get(kind) ?? make();
  known.set(kind, made);
  return made;
}

/** Maximum of values joined from constants: this many per value in the file, plus an allowance for small files. */
const MOST_JOINED = 4;
const ROOM = 2 ** 20;

/** The beginning of a network: its input. */
type Start = {
  readonly inputName: string;
  readonly batch: number;
  readonly channels: number;
  readonly size: number;
  readonly last: boolean;
};

/**
 * An empty network with an input of [batch, channels, size, size]. The file calls it `inputName`, and has its channels
 * last where `last`. `constants` are those of the file.
 */
export function builder({ inputName, batch, channels, size, last }: Start, constants: Iterable<Constant>): Builder {
  let room = ROOM;
  for (const { data } of constants) room += MOST_JOINED * data.length;
  const nodes = new Map<string, { node: Node; op: Op; inputs: readonly Value[]; place: number }>();
  let places = 0;
  const weights = new Map<string, Float32Array>();
  const shapes = new Map([[INPUT, checkedShape(`its input ${quote(inputName)}`, [batch, channels, size, size])]]);
  const names = new Map([[INPUT, inputName]]);
  const unique = uniqueNames(shapes);
  return {
    batch,
    input: { kind: 'value', node: INPUT, shape: shapes.get(INPUT) ?? [], last },
    add(value, op, inputs, filling, { part, place = places++ } = {}) {
      const name = unique(part === undefined ? plain(value) : `${plain(value)}.${part}`);
      const node: Node = { name, inputs: inputs.map((input) => input.node), ...op };
      const shape = inferShape(node, shapes);
      for (const spec of nodeParameters(node)) {
        const suffix = spec.name.slice(name.length + 1);
        const filler = filling[suffix];
        if (filler === undefined) throw new Error(`its ${suffix} is missing`);
        if (filler.data.length !== sizeOf(spec.shape))
          throw new Error(`${quote(filler.name)} has ${filler.data.length} values instead of ${shapeText(spec.shape)}`);
        checkFinite(filler);
        weights.set(spec.name, filler.data);
      }
      const why = operatorOf(node).whyUndefined?.(node, (suffix) => filling[suffix]);
      if (why !== undefined) throw new Error(why);
      nodes.set(name, { node, op, inputs, place });
      shapes.set(name, shape);
      const added: Value = { kind: 'value', node: name, shape, last: inputs.some((input) => input.last) };
      // An image in the other layout could not be compared, nor a value that no runtime returns by its name.
      const comparable = added.last === last || shape.length !== 4;
      if (part === undefined && comparable && !isReserved(value)) names.set(name, value);
      return added;
    },
    reserve(values) {
      room -= values;
      if (room < 0) throw new Error('it joins constants again and again, to many times what the file holds of them');
    },
    place: () => places++,
    madeBy: (value) => nodes.get(value.node),
    finish(name, { node: output }, outputName) {
      names.set(output, outputName);
      const ordered = [...nodes.values()].sort((a, b) => a.place - b.place).map(({ node }) => node);
      const needed = cutAt({ name, channels, nodes: ordered, output, stages: new Map() }, output);
      const graph: Graph = { ...needed, stages: stagesOf(needed, shapes, names) };
      const used = new Set(graph.nodes.flatMap(nodeParameters).map((spec) => spec.name));
      return { graph, weights: new Map([...weights].filter(([key]) => used.has(key))), names };
    },
  };
}

type Extents = { readonly [extent in 'batch' | 'height' | 'width']: number | undefined } & {
  readonly channels: number;
};

/** A file whose input has these dimensions, undefined where they are free. Throws where it is not square. */
export function networkFile(input: Extents, read: (batch: number, size: number) => Read): NetworkFile {
  const { batch, channels, height, width } = input;
  const text = `[${[batch ?? 'N', channels, height ?? 'H', width ?? 'W'].join(', ')}]`;
  if (height !== undefined && width !== undefined && height !== width)
    throw new Error(`its input is ${text}: only square images are supported`);
  const size = height ?? width;
  const pieceAt = (n: number, pixels: number): Read => {
    if (n !== (batch ?? n) || pixels !== (size ?? pixels))
      throw new Error(`its input is fixed to ${text}: it cannot take [${[n, channels, pixels, pixels].join(', ')}]`);
    return read(n, pixels);
  };
  return {
    batch,
    size,
    pieceAt,
    at(n, pixels) {
      const found = pieceAt(n, pixels);
      const shape = inferShapes(found.graph, n, pixels).get(found.graph.output) ?? [];
      if (shape.length !== 2)
        throw new Error(`its output is ${shapeText(shape)}: only a classifier's [batch, classes] can be compared`);
      return found;
    },
  };
}
