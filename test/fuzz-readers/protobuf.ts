import { growth, interesting, type Mutator, varint } from './bytes.ts';
import type { Dice } from './input.ts';

/** A field's bytes, its number and wire type, and those of what it holds. */
type Field = { readonly whole: Uint8Array; readonly number: number; readonly wire: number; readonly held: Uint8Array };

function readVarint(bytes: Uint8Array, at: number): [value: number, next: number] | undefined {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 127) * 128 ** i;
    if (byte < 128) return [value, at + i + 1];
  }
  return undefined;
}

/** The fields of a message; undefined where the bytes are none. */
function fieldsOf(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [key, next] = readVarint(bytes, at) ?? [0, 0];
    const wire = key % 8;
    const [value, after] = (wire === 0 || wire === 2 ? readVarint(bytes, next) : [0, next]) ?? [0, 0];
    const end = after + (wire === 2 ? value : wire === 1 ? 8 : wire === 5 ? 4 : 0);
    if (key < 8 || after === 0 || ![0, 1, 2, 5].includes(wire) || end > bytes.length) return undefined;
    const held = bytes.subarray(wire === 0 ? next : after, end);
    fields.push({ whole: bytes.subarray(at, end), number: Math.floor(key / 8), wire, held });
    at = end;
  }
  return fields;
}

/** A field with a length before what it holds. */
const message = (number: number, held: Uint8Array): Buffer =>
  Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(held.length)), held]);

/** A field within fields of its own number, so many deep. */
function nest({ number, held }: Field, depth: number): Uint8Array {
  let inner: Uint8Array = held;
  // What is copied is quadratic in the depth, of which thousands are enough.
  for (let i = 0; i < depth; i++) inner = message(number, inner);
  return inner;
}

/** What comes in a field's place. */
function change(field: Field, fields: readonly Field[], dice: Dice): Uint8Array[] {
  const { whole, number, wire, held } = field;
  const other = dice.pick(fields);
  return dice.pick<() => Uint8Array[]>([
    () => [],
    () => [whole, whole],
    () => Array<Uint8Array>(1 + dice.below(Math.ceil(growth(dice) / whole.length))).fill(whole),
    () => [other.whole],
    () => [whole, other.whole],
    () => [message(number, other.held)],
    () => [message(other.number, held)],
    () => [message(number, held.subarray(0, dice.below(held.length + 1)))],
    () => [message(number, Buffer.alloc(growth(dice), dice.pick(['x', '\n', '\u202e', '\xff'])))],
    () => [nest(field, 1 + dice.below(dice.pick([3, 50, 3000])))],
    () => [varint(BigInt(number * 8)), varint(interesting(dice))],
    () => [
      varint(BigInt(dice.below(24) * 8 + wire)),
      wire === 2 ? varint(BigInt(held.length)) : new Uint8Array(),
      held,
    ],
  ])();
}

/** One change to a message, or to one within it; lengths around it are made right. */
function mutate(bytes: Uint8Array, dice: Dice): Uint8Array | undefined {
  const fields = fieldsOf(bytes);
  if (fields === undefined || fields.length === 0) return undefined;
  const at = dice.below(fields.length);
  const field = fields[at] as Field;
  const inner = field.wire === 2 && dice.chance(0.8) ? mutate(field.held, dice) : undefined;
  const changed = inner === undefined ? change(field, fields, dice) : [message(field.number, inner)];
  const parts = [
    ...fields.slice(0, at).map(({ whole }) => whole),
    ...changed,
    ...fields.slice(at + 1).map(({ whole }) => whole),
  ];
  return Buffer.concat(parts);
}

/** Changes to the fields of a protocol buffer: repeated, dropped, moved, nested, with other content. */
export const protobufMutator: Mutator = (bytes, dice) => mutate(bytes, dice) ?? bytes;
