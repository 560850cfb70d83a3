/**
 * Writes protocol buffers' wire format (protobuf.dev, *Encoding*): only the parts that an ONNX model needs. A library
 * would be ten times the size of this file and would pin a version of ONNX's schema.
 */
export type Chunk = Uint8Array;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return bytes;
}

const utf8 = new TextEncoder();

/** An integer field; negative values take ten bytes, as int64 does. */
export const int = (field: number, value: number): Chunk[] => [
  Uint8Array.from([...varint(field << 3), ...varint(value)]),
];

/** A float field. */
export function float(field: number, value: number): Chunk[] {
  return [Uint8Array.from(varint((field << 3) | 5)), new Uint8Array(Float32Array.of(value).buffer)];
}

/** A length-delimited field: bytes, or the chunks of a message. */
export function message(field: number, ...chunks: Chunk[][]): Chunk[] {
  const parts = chunks.flat();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...varint((field << 3) | 2), ...varint(length)]), ...parts];
}

/** A string field. */
export const text = (field: number, value: string): Chunk[] => message(field, [utf8.encode(value)]);

/** A packed field of integers. */
export const ints = (field: number, values: readonly number[]): Chunk[] =>
  message(field, [Uint8Array.from(values.flatMap(varint))]);
