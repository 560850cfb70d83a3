import { joinBytes } from '../../join.ts';
import type { Cut } from '../format.ts';
import { type Field, readBytes, readFields, readTexts } from './protobuf.ts';
import { message } from './protobuf-write.ts';
import { valueInfo, withGraph } from './write.ts';

// Fields of onnx/onnx.proto's GraphProto and NodeProto.
const [NODE, INITIALIZER, INPUT, OUTPUT, VALUE] = [1, 5, 11, 12, 13] as const;
const TENSOR_NAME = 8;

const nameOf = (bytes: Uint8Array, field: number): string => readTexts(readFields(bytes), field).at(-1) ?? '';

/** The names of the values that `output` depends on, as far as `source`. */
function needed(nodes: readonly Uint8Array[], output: string, source: string | undefined): Set<string> {
  const makers = new Map<string, readonly string[]>();
  for (const bytes of nodes) {
    const fields = readFields(bytes);
    for (const name of readTexts(fields, 2)) makers.set(name, readTexts(fields, 1));
  }
  // A Set iterates in insertion order, so values added in the loop are visited too.
  const found = new Set([output]);
  for (const name of found) if (name !== source) for (const input of makers.get(name) ?? []) found.add(input);
  // An omitted input has no name.
  found.delete('');
  return found;
}

/**
 * The part of an ONNX file that computes one value, its only output, from the file's input or from another value. What
 * is left keeps its bytes: nodes with all their attributes, and constants. Undefined where that part reads the file's
 * input beside its source. Throws where the bytes are no ONNX model.
 */
export function cutOnnx(model: Uint8Array, { source, output }: Cut): Uint8Array<ArrayBuffer> | undefined {
  let alone = true;
  const cut = withGraph(model, (bytes) => {
    const fields = readFields(bytes);
    const kept = needed(readBytes(fields, NODE), output.name, source?.name);
    const constants = new Set(readBytes(fields, INITIALIZER).map((tensor) => nameOf(tensor, TENSOR_NAME)));
    const isSource = (name: string) => name === source?.name;
    const keeps = ({ field, bytes: content = new Uint8Array(0) }: Field): boolean => {
      switch (field) {
        case NODE:
          return readTexts(readFields(content), 2).some((name) => kept.has(name) && !isSource(name));
        case INITIALIZER:
          return kept.has(nameOf(content, TENSOR_NAME));
        case VALUE:
          return kept.has(nameOf(content, 1)) && ![source?.name, output.name].includes(nameOf(content, 1));
        case INPUT: {
          const name = nameOf(content, 1);
          if (!kept.has(name) || isSource(name)) return false;
          // Files of IR version 3 list the constants among the inputs.
          if (source !== undefined && !constants.has(name)) alone = false;
          return true;
        }
        default:
          return field !== OUTPUT;
      }
    };
    const chunks = fields.filter(keeps).map(({ field, bytes: content }) => {
      if (content === undefined) throw new Error('not an ONNX model: its graph has a bare number');
      return message(field, [content]);
    });
    const input = source ? valueInfo(INPUT, source.name, source.shape) : [];
    return [joinBytes([...chunks.flat(), ...input, ...valueInfo(OUTPUT, output.name, output.shape)])];
  });
  return alone ? cut : undefined;
}
