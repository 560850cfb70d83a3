import { toFloats } from '../../float32.ts';
import { quote, shapeText } from '../../quote.ts';
import { sizeOf } from '../../tensor.ts';
import type { Parts } from '../format.ts';
import { countOfIntegers, MOST_HELD } from '../integers.ts';
import type { Constant } from '../values.ts';
import { externalPlace, externalReader, isExternal } from './external.ts';
import { type Field, readBytes, readFields, readFloats, readInteger, readIntegers, readTexts } from './protobuf.ts';

// Field numbers and enumerations are those of onnx/onnx.proto (ONNX 1.19).
const FLOAT = 1;
const INT64 = 7;
const TYPES = 'UNDEFINED FLOAT UINT8 INT8 UINT16 INT16 INT32 INT64 STRING BOOL FLOAT16 DOUBLE UINT32 UINT64'.split(' ');
/** More extents than any tensor of a network has. */
const MOST_EXTENTS = 32;
/** More nodes than any network has; one of 1001 layers has 3,300. */
const MOST_NODES = 100_000;

export type Attribute = {
  readonly float: number | undefined;
  readonly integer: number | undefined;
  readonly text: string | undefined;
  readonly floats: Float32Array;
  readonly integers: readonly number[];
  readonly tensor: Constant | undefined;
};

export type OnnxNode = {
  readonly name: string;
  /** With its domain, where it is not ONNX's own: `com.microsoft.Gelu`. */
  readonly op: string;
  /** An input that was left out is ''. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
};

/** A graph's input or output: its extents, undefined where they are not fixed, and its element type's number. */
export type OnnxValue = {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly (number | undefined)[] | undefined;
};

export type OnnxModel = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
};

const one = (fields: readonly Field[], field: number): string => readTexts(fields, field).at(-1) ?? '';

/** The bytes of an external tensor. */
type ReadExternal = ReturnType<typeof externalReader>;

/** Values by the bytes that they are of, so that tensors at one place share them. */
const decoded = new WeakMap<Uint8Array, Float32Array>();

function floatsIn(bytes: Uint8Array): Float32Array {
  const floats = decoded.get(bytes) ?? toFloats(bytes);
  decoded.set(bytes, floats);
  return floats;
}

/** A tensor's values: float32, or int64 for shapes. Throws where it is of another type or its bytes do not fit its shape. */
function readTensor(bytes: Uint8Array, external: ReadExternal, fallback: string): Constant {
  const fields = readFields(bytes);
  const name = one(fields, 8) || fallback;
  try {
    const shape = readIntegers(fields, 1, MOST_EXTENTS);
    const type = readInteger(fields, 2, 0);
    if (type !== FLOAT && type !== INT64)
      throw new Error(`it is ${TYPES[type] ?? `of type ${type}`}: only float32, and int64 for shapes, are supported`);
    if (shape.some((extent) => extent < 0)) throw new Error(`its shape is ${shapeText(shape)}`);
    const [raw] = isExternal(fields) ? [external(fields)] : readBytes(fields, 9);
    const need = sizeOf(shape) * (type === FLOAT ? 4 : 8);
    if (raw !== undefined && raw.length !== need)
      throw new Error(`its shape ${shapeText(shape)} needs ${need} bytes, but it has ${raw.length}`);
    const floats = type !== FLOAT ? undefined : raw === undefined ? readFloats(fields, 4) : floatsIn(raw);
    const integers =
      type !== INT64 ? undefined : raw === undefined ? readIntegers(fields, 7, MOST_HELD) : toIntegers(raw);
    const count = (floats ?? integers ?? []).length;
    if (count !== sizeOf(shape))
      throw new Error(`its shape ${shapeText(shape)} needs ${sizeOf(shape)} values, but it has ${count}`);
    if (floats !== undefined) return { kind: 'floats', name, shape, data: floats };
    return { kind: 'integers', shape, data: integers ?? [] };
  } catch (error) {
    throw new Error(`tensor ${quote(name)}: ${(error as Error).message}`);
  }
}

function toIntegers(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: countOfIntegers(bytes.length / 8) }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}

function readAttribute(fields: readonly Field[], external: ReadExternal): Attribute {
  const [float] = readFloats(fields, 2);
  const [tensor] = readBytes(fields, 5);
  return {
    float,
    integer: fields.some(({ field }) => field === 3) ? readInteger(fields, 3, 0) : undefined,
    text: readTexts(fields, 4)[0],
    floats: readFloats(fields, 7),
    integers: readIntegers(fields, 8, MOST_HELD),
    tensor: tensor && readTensor(tensor, external, one(fields, 1)),
  };
}

function readNode(bytes: Uint8Array, external: ReadExternal): OnnxNode {
  const fields = readFields(bytes);
  const domain = one(fields, 7);
  const op = one(fields, 4);
  const attributes = readBytes(fields, 5).map((attribute): [string, Attribute] => {
    const inner = readFields(attribute);
    return [one(inner, 1), readAttribute(inner, external)];
  });
  return {
    name: one(fields, 3),
    op: domain === '' || domain === 'ai.onnx' ? op : `${domain}.${op}`,
    inputs: readTexts(fields, 1),
    outputs: readTexts(fields, 2),
    attributes: new Map(attributes),
  };
}

function readValue(bytes: Uint8Array): OnnxValue {
  const fields = readFields(bytes);
  const type = readBytes(fields, 2).flatMap(readFields);
  const tensor = readBytes(type, 1).flatMap(readFields);
  const [shape] = readBytes(tensor, 2);
  return {
    name: one(fields, 1),
    type: readInteger(tensor, 1, 0),
    shape:
      shape &&
      readBytes(readFields(shape), 1)
        .slice(0, MOST_EXTENTS)
        .map((dimension) => {
          const extent = readInteger(readFields(dimension), 1, 0);
          return extent > 0 ? extent : undefined;
        }),
  };
}

/** The version of ONNX's own operators that a model asks for; 0 where it does not say. */
const opsetOf = (model: readonly Field[]): number =>
  readBytes(model, 8)
    .map(readFields)
    .filter((entry) => ['', 'ai.onnx'].includes(one(entry, 1)))
    .reduce((latest, entry) => Math.max(latest, readInteger(entry, 2, 0)), 0);

/** From this version on, broadcasting and normalisation are as they are read here. */
const OLDEST = 7;

function readGraphFields(bytes: Uint8Array): Field[] {
  const model = readFields(bytes);
  const graphs = readBytes(model, 7);
  if (graphs.length !== 1) throw new Error('not an ONNX model: it has no graph');
  return graphs.flatMap(readFields);
}

/** Names of the files that hold tensors outside of the model. Throws where the bytes are no ONNX model. */
export function externalFiles(bytes: Uint8Array): string[] {
  const tensors = readBytes(readGraphFields(bytes), 5).map(readFields);
  return [...new Set(tensors.filter(isExternal).map((fields) => externalPlace(fields).location))];
}

/**
 * An ONNX file's content. Throws one line where it is cut short or damaged, is no ONNX model, or has a tensor that is
 * neither float32 nor int64, or whose bytes are not as many as its shape needs.
 */
export function readOnnx(bytes: Uint8Array, external: Parts): OnnxModel {
  const fields = readGraphFields(bytes);
  const opset = opsetOf(readFields(bytes));
  if (opset < OLDEST) throw new Error(`its opset is ${opset}: ${OLDEST} or later is supported`);
  if (readBytes(fields, 15).length > 0) throw new Error('it has sparse tensors: only dense ones are supported');
  const nodes = readBytes(fields, 1);
  if (nodes.length > MOST_NODES) throw new Error(`it has ${nodes.length} nodes: at most ${MOST_NODES} are supported`);
  const readPlace = externalReader(external);
  const constants = new Map<string, Constant>();
  for (const tensor of readBytes(fields, 5)) {
    const name = one(readFields(tensor), 8);
    if (constants.has(name)) throw new Error(`two tensors are named ${quote(name)}`);
    constants.set(name, readTensor(tensor, readPlace, name));
  }
  return {
    nodes: nodes.map((node) => readNode(node, readPlace)),
    constants,
    // Files of IR version 3 list the constants among the inputs.
    inputs: readBytes(fields, 11)
      .map(readValue)
      .filter(({ name }) => !constants.has(name)),
    outputs: readBytes(fields, 12).map(readValue),
  };
}
