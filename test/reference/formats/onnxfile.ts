import { type Chunk, float, int, ints, message, text } from '../../../reference/formats/onnx/protobuf-write.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import { joinBytes } from '../../../reference/join.ts';

// A writer of ONNX files that can also write what ours never writes. Field numbers are those of onnx/onnx.proto.

type Value = number | string | readonly number[] | { readonly tensor: Chunk[] } | { readonly float: number };

/** An attribute: a whole number, a text, whole numbers, a float or a tensor. */
function attribute(name: string, value: Value): Chunk[] {
  const head = text(1, name);
  if (typeof value === 'number') return message(5, head, int(3, value), int(20, 2));
  if (typeof value === 'string') return message(5, head, text(4, value), int(20, 3));
  if ('float' in value) return message(5, head, float(2, value.float), int(20, 1));
  if ('tensor' in value) return message(5, head, message(5, value.tensor), int(20, 4));
  return message(5, head, ints(8, value), int(20, 7));
}

/** A node, `Conv x,w,b > y`, and its attributes. */
export function node(spec: string, attributes: { readonly [name: string]: Value } = {}): Chunk[] {
  const [op = '', inputs = '', , outputs = ''] = spec.split(' ');
  const list = (field: number, names: string) => names.split(',').map((name) => text(field, name === '-' ? '' : name));
  return message(
    1,
    ...(inputs === '-' ? [] : list(1, inputs)),
    ...list(2, outputs),
    text(3, `the ${outputs}`),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  );
}

const raw = (data: Float32Array | BigInt64Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The content of a tensor; `more` are fields after its type and name. */
export const tensor = (name: string, shape: readonly number[], type: number, ...more: Chunk[][]): Chunk[] =>
  [...shape.map((extent) => int(1, extent)), int(2, type), text(8, name), ...more].flat();

export const FLOAT = 1;
export const INT64 = 7;

/** An initialiser of float32 as raw data, or as `float_data`. */
export function floats(name: string, shape: readonly number[], values: Float32Array, field: 4 | 9 = 9): Chunk[] {
  return message(5, tensor(name, shape, FLOAT, message(field, [raw(values)])));
}

/** An initialiser of int64 as raw data, or as `int64_data`. */
export function integers(name: string, values: readonly number[], field: 7 | 9 = 9, shape = [values.length]): Chunk[] {
  const data = field === 7 ? ints(7, values) : message(9, [raw(BigInt64Array.from(values.map(BigInt)))]);
  return message(5, tensor(name, shape, INT64, data));
}

/** An initialiser that is in another file. */
export function external(name: string, shape: readonly number[], place: { readonly [key: string]: string }): Chunk[] {
  const entries = Object.entries(place).map(([key, value]) => message(13, text(1, key), text(2, value)));
  return message(5, tensor(name, shape, FLOAT, ...entries, int(14, 1)));
}

/** A graph's input (field 11) or output (12); an extent that is a text is not fixed. */
export function value(field: 11 | 12, name: string, shape: readonly (number | string)[], type = FLOAT): Chunk[] {
  const extents = shape.map((extent) => message(1, typeof extent === 'string' ? text(2, extent) : int(1, extent)));
  return message(field, text(1, name), message(2, message(1, int(1, type), message(2, ...extents))));
}

/** A file of these parts of a graph. */
export function file(parts: readonly Chunk[][], opset = 17): Uint8Array<ArrayBuffer> {
  return joinBytes(
    [int(1, 8), message(7, [text(2, 'test'), ...parts].flat()), message(8, text(1, ''), int(2, opset))].flat(),
  );
}

/** Values that differ from each other, of about unit size. */
export const some = (count: number, seed = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => (((i + 1) * 7919 * seed) % 1009) / 504.5 - 1);

/** The result of reading a file: undefined where it is read, otherwise the error's message. */
export const messageOf = (
  bytes: Uint8Array,
  parts = new Map<string, Uint8Array>(),
  batch = 1,
  size = 4,
): string | undefined => {
  try {
    openOnnx('test', bytes, parts).at(batch, size);
    return undefined;
  } catch (error) {
    // A plain Error is intended. A TypeError or RangeError would mean a missing check.
    return error instanceof Error && error.name === 'Error' ? error.message : `not meant: ${error}`;
  }
};

const INPUT = value(11, 'x', [1, 2, 4, 4]);
const OUTPUT = value(12, 'out', [1, 'f']);

/** A file with an image `x` of [1, 2, 4, 4] that flattens `y`. */
export const graph = (...parts: Chunk[][]): Uint8Array => file([INPUT, ...parts, node('Flatten y > out'), OUTPUT]);
