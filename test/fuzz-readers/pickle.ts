import { interesting, type Mutator, repeated } from './bytes.ts';
import type { Dice } from './input.ts';

/** Bytes after the opcodes that have an argument of fixed width. */
const WIDTHS: { readonly [opcode: string]: number } = {
  ...{ J: 4, K: 1, M: 2, G: 8, q: 1, h: 1, r: 4, j: 4, '\x80': 1 },
};

/** An opcode at a place, with its argument. */
function opcodeAt(bytes: Buffer, at: number): Buffer {
  const opcode = String.fromCharCode(bytes[at] ?? 0);
  const after = (count: number) => bytes.subarray(at, Math.min(bytes.length, at + 1 + count));
  const width = WIDTHS[opcode];
  if (width !== undefined) return after(width);
  if (opcode === 'X' && at + 5 <= bytes.length) return after(4 + bytes.readUInt32LE(at + 1));
  if (opcode === '\x8a') return after(1 + (bytes[at + 1] ?? 0));
  if (opcode !== 'c') return after(0);
  const first = bytes.indexOf(10, at);
  const second = first < 0 ? -1 : bytes.indexOf(10, first + 1);
  return second < 0 ? bytes.subarray(at) : bytes.subarray(at, second + 1);
}

function opcodesOf(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const opcode = opcodeAt(bytes, at);
    found.push(opcode);
    at += opcode.length;
  }
  return found;
}

const SINGLE = [...'N()]}tRQaesub.\x85\x86\x87\x88\x89'];

/** An opcode that an unpickler may meet, with an argument. */
function opcode(dice: Dice): Buffer {
  const little = (width: number) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64LE(BigInt.asUintN(64, interesting(dice)));
    return buffer.subarray(0, width);
  };
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const [name, width] = dice.pick(Object.entries(WIDTHS));
  const global = dice.pick(['torch._utils\n_rebuild_parameter', 'collections\nOrderedDict', 'os\nsystem', 'x\ny']);
  return dice.pick([
    () => latin(dice.pick(SINGLE)),
    () => Buffer.concat([latin(name), little(width)]),
    () => latin(`c${global}\n`),
    () => Buffer.concat([latin('X'), little(4)]),
    () => Buffer.concat([latin('\x8a'), Buffer.from([dice.below(256)])]),
    () => latin(dice.pick(['i', '0', '2', '\x93', '\x81', '\x82\x01'])),
  ])();
}

/** Changes to the opcodes of a pickle: inserted, repeated, dropped, moved, with other arguments. */
export const pickleMutator: Mutator = (bytes, dice) => {
  const opcodes = opcodesOf(bytes);
  const at = dice.below(opcodes.length);
  const from = opcodes.slice(at, at + 1 + dice.below(dice.pick([1, 8, 40])));
  const next = dice.pick<() => Buffer[]>([
    () => [],
    () => [...from, ...from],
    () => [repeated(Buffer.concat(from), dice)],
    () => [opcode(dice), ...from],
    () => [opcode(dice)],
    () => [repeated(opcode(dice), dice), ...from],
    () => [...from, dice.pick(opcodes)],
  ])();
  return Buffer.concat([...opcodes.slice(0, at), ...next, ...opcodes.slice(at + from.length)]);
};
