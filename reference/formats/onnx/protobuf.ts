import { toFloats } from '../../float32.ts';
import { joinFloats } from '../../join.ts';

/**
 * Reads protocol buffers' wire format (protobuf.dev, *Encoding*), as far as an ONNX file needs it. Every length is held
 * against the bytes there are before anything is taken.
 */

/** One field of a message: its number, and what it holds: an integer (`bytes` is undefined), or the bytes of anything else. */
export type Field = { readonly field: number; readonly value: number; readonly bytes: Uint8Array | undefined };

const VARINT = 0;
const LENGTH = 2;
/** Widths of the wire types that have a fixed one. */
const FIXED: { readonly [wire: number]: number } = { 1: 8, 5: 4 };
const LONGEST_VARINT = 10;
/** More fields than a message of any network has: each takes some hundred bytes of memory, and as little as two of the file. */
const MOST_FIELDS = 1_000_000;

/**
 * The integer at `at`, as int64 has it, and the position after it. Exact within ±2⁵³. Throws where the bytes end first
 * or it is longer than any.
 */
export function readVarint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let i = 0, scale = 1; i < LONGEST_VARINT; i++, scale *= 128) {
    const byte = bytes[at + i];
    if (byte === undefined) throw new Error('the protocol buffer is cut short');
    // Seven bytes fill 49 bits: what is longer may be negative, which needs all of its bits.
    if (i === 7) return readLong(bytes, at);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + i + 1];
  }
  throw new Error('an integer of the protocol buffer has no end');
}

function readLong(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0n;
  for (let i = 0; i < LONGEST_VARINT; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) throw new Error('the protocol buffer is cut short');
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [Number(BigInt.asIntN(64, value)), at + i + 1];
  }
  throw new Error('an integer of the protocol buffer has no end');
}

/** The fields of a message in order. Throws where the bytes are none, or a field goes beyond them. */
export function readFields(bytes: Uint8Array): Field[] {
  const found: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [key, start] = readVarint(bytes, at);
    const [field, wire] = [Math.floor(key / 8), key % 8];
    if (field < 1 || (wire !== VARINT && wire !== LENGTH && FIXED[wire] === undefined))
      throw new Error(`no protocol buffer: byte ${at} begins no field`);
    const fixed = FIXED[wire];
    const [value, next] = fixed === undefined ? readVarint(bytes, start) : [0, start];
    const length = wire === LENGTH ? value : (fixed ?? 0);
    if (length < 0 || length > bytes.length - next)
      throw new Error(
        `the protocol buffer is cut short: field ${field} claims ${length} bytes of the ${bytes.length - next} that follow`,
      );
    if (found.length === MOST_FIELDS) throw new Error(`a message of it has more than ${MOST_FIELDS} fields`);
    found.push({ field, value, bytes: wire === VARINT ? undefined : bytes.subarray(next, next + length) });
    at = next + length;
  }
  return found;
}

const utf8 = new TextDecoder();

/** Repeated integers: packed into one field, or one in each. Throws where there are more than `most`. */
export function readIntegers(fields: readonly Field[], field: number, most: number): number[] {
  const values: number[] = [];
  const room = () => {
    if (values.length >= most) throw new Error(`it has more than ${most} whole numbers in one place`);
  };
  for (const one of fields) {
    if (one.field !== field) continue;
    if (one.bytes === undefined) {
      room();
      values.push(one.value);
    }
    for (let at = 0; at < (one.bytes?.length ?? 0); ) {
      const [value, next] = readVarint(one.bytes as Uint8Array, at);
      room();
      values.push(value);
      at = next;
    }
  }
  return values;
}

/** Repeated floats: packed into one field, or one in each. Throws where they are no whole number. */
export const readFloats = (fields: readonly Field[], field: number): Float32Array =>
  joinFloats(readBytes(fields, field).map(toFloats));

/** The last field of that number as an integer; `fallback` where it is missing, as proto has it. */
export function readInteger(fields: readonly Field[], field: number, fallback: number): number {
  return fields.findLast((one) => one.field === field)?.value ?? fallback;
}

/** The messages or bytes in all fields of that number. */
export function readBytes(fields: readonly Field[], field: number): Uint8Array[] {
  return fields.flatMap((one) => (one.field === field && one.bytes !== undefined ? [one.bytes] : []));
}

/** The texts in all fields of that number. */
export function readTexts(fields: readonly Field[], field: number): string[] {
  return readBytes(fields, field).map((bytes) => utf8.decode(bytes));
}
