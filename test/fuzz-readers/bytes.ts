import type { Dice } from './input.ts';

/** A change to bytes; `other` is another input to take from. */
export type Mutator = (bytes: Buffer, dice: Dice, other: Uint8Array) => Uint8Array;

/** Maximum of bytes of a repeated piece. Usually small, so that inputs stay quick. */
export const growth = (dice: Dice): number =>
  dice.pick([200, 2000, 2000, 20_000, 20_000, dice.chance(0.1) ? 2e6 : 2e5]);

const BYTES = [0, 1, 0x0a, 0x20, 0x22, 0x28, 0x2e, 0x7f, 0x80, 0xff];
const NUMBERS = [
  ...[0n, 1n, 4n, 127n, 255n, 256n, 65535n, 65536n, 2n ** 24n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n],
  ...[2n ** 33n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];
const DIGITS = [
  ...['0', '-0', '-1', '1', '0.5', '64', '65', '255', '20000', '300000', '2147483647', '2147483648', '4294967296'],
  ...[
    '9007199254740991',
    '9007199254740993',
    '18446744073709551616',
    '1e308',
    '1e999',
    '-1e999',
    `1${'0'.repeat(400)}`,
  ],
];
/** Overlong, cut and lone parts of UTF-8, a surrogate, and marks that move a terminal or turn a line around. */
const TEXTS = [
  '\xff',
  '\xc0\x80',
  '\xe2\x82',
  '\xed\xa0\x80',
  '\xef\xbf\xbf',
  '\0',
  '\x1b[2J',
  '\xe2\x80\xae',
  '\r\n',
  '\xef\xbb\xbf',
];

const joined = (...parts: Uint8Array[]): Buffer => Buffer.concat(parts);

/** A stretch of the bytes, mostly short. */
export function stretch(bytes: Uint8Array, dice: Dice): [from: number, to: number] {
  const from = dice.below(bytes.length + 1);
  const most = dice.pick([1, 4, 16, 64, bytes.length]);
  return [from, Math.min(bytes.length, from + 1 + dice.below(most))];
}

/** A number of 2, 4 or 8 bytes at a place. */
function put(bytes: Buffer, at: number, value: bigint, width: number, isLittle: boolean): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(BigInt.asUintN(64, value));
  const digits = number.subarray(0, width);
  bytes.set(
    (isLittle ? digits : digits.reverse()).subarray(0, Math.max(0, bytes.length - at)),
    Math.min(at, bytes.length),
  );
  return bytes;
}

/** An integer in protocol buffers' format. */
export function varint(value: bigint): Buffer {
  const found: number[] = [];
  let left = BigInt.asUintN(64, value);
  for (; left > 127n; left >>= 7n) found.push(Number(left & 127n) | 128);
  return Buffer.from([...found, Number(left)]);
}

export const interesting = (dice: Dice): bigint => dice.pick(NUMBERS) * (dice.chance(0.2) ? -1n : 1n);
export const digits = (dice: Dice): string => dice.pick(DIGITS);

/** The same bytes repeated many times. */
export function repeated(bytes: Uint8Array, dice: Dice): Buffer {
  const times = Math.min(1 + dice.below(Math.max(1, Math.floor(growth(dice) / Math.max(1, bytes.length)))), 500_000);
  return Buffer.alloc(bytes.length * times, bytes.length > 0 ? bytes : 0);
}

/** A numeral in the bytes, such as those of JSON; undefined where there is none after a place. */
function numeral(bytes: Buffer, dice: Dice): [number, number] | undefined {
  const text = bytes.toString('latin1');
  const match = /\d+/g;
  match.lastIndex = dice.below(text.length + 1);
  const found = match.exec(text) ?? /\d+/.exec(text);
  return found ? [found.index, found.index + found[0].length] : undefined;
}

/** Changes that do not depend on a format. */
export const BYTE_MUTATORS: readonly Mutator[] = [
  function flip(bytes, dice) {
    for (let i = 1 + dice.below(8); i > 0 && bytes.length > 0; i--) {
      const at = dice.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
    }
    return bytes;
  },
  function set(bytes, dice) {
    if (bytes.length > 0) bytes[dice.below(bytes.length)] = dice.pick(BYTES);
    return bytes;
  },
  function number(bytes, dice) {
    return put(bytes, dice.below(bytes.length + 1), interesting(dice), dice.pick([2, 4, 8]), dice.chance(0.8));
  },
  function nudge(bytes, dice) {
    const at = dice.below(Math.max(1, bytes.length - 4));
    if (bytes.length < 4) return bytes;
    return put(bytes, at, BigInt(bytes.readUInt32LE(at) + dice.below(33) - 16), 4, true);
  },
  function insertVarint(bytes, dice) {
    const at = dice.below(bytes.length + 1);
    return joined(bytes.subarray(0, at), varint(interesting(dice)), bytes.subarray(at + dice.below(3)));
  },
  function remove(bytes, dice) {
    const [from, to] = stretch(bytes, dice);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  function duplicate(bytes, dice) {
    const [from, to] = stretch(bytes, dice);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  function repeat(bytes, dice) {
    const [from, to] = stretch(bytes, dice);
    return joined(bytes.subarray(0, from), repeated(bytes.subarray(from, to), dice), bytes.subarray(to));
  },
  function splice(bytes, dice, other) {
    const [from, to] = stretch(other, dice);
    const at = dice.below(bytes.length + 1);
    return joined(
      bytes.subarray(0, at),
      other.subarray(from, to),
      bytes.subarray(dice.chance(0.5) ? at : at + to - from),
    );
  },
  function cross(bytes, dice, other) {
    return joined(bytes.subarray(0, dice.below(bytes.length + 1)), other.subarray(dice.below(other.length + 1)));
  },
  function swap(bytes, dice) {
    const cuts = [0, 0, 0].map(() => dice.below(bytes.length + 1)).sort((a, b) => a - b);
    const [a = 0, b = 0, c = 0] = cuts;
    return joined(bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c));
  },
  function truncate(bytes, dice) {
    return bytes.subarray(0, dice.below(bytes.length + 1));
  },
  function insertText(bytes, dice) {
    const at = dice.below(bytes.length + 1);
    return joined(bytes.subarray(0, at), Buffer.from(dice.pick(TEXTS), 'latin1'), bytes.subarray(at));
  },
  function writeDigits(bytes, dice) {
    const found = numeral(bytes, dice);
    if (found === undefined) return bytes;
    return joined(bytes.subarray(0, found[0]), Buffer.from(digits(dice)), bytes.subarray(found[1]));
  },
];
