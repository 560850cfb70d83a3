import { shown } from '../quote.ts';

/** A module's attribute that a pickle names. It is never looked up. */
export type Global = { readonly kind: 'global'; readonly name: string };
/** A call that a pickle contains. It is never made. */
export type Call = { readonly kind: 'call'; readonly name: string; readonly args: readonly Pickled[] };
/** A reference to data outside the pickle. */
export type Persistent = { readonly kind: 'persistent'; readonly id: Pickled };
/** Lists and tuples become arrays; dictionaries, including ordered ones, become maps. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Pickled[]
  | Map<Pickled, Pickled>
  | Global
  | Call
  | Persistent;

/** A position in a file; reading advances it. */
export type Cursor = { readonly bytes: Uint8Array; at: number };

/** Maximum of bytes in an integer; sizes take 8. */
const LONGEST = 16;

type Machine = {
  readonly cursor: Cursor;
  readonly allowed: ReadonlySet<string>;
  readonly stack: Pickled[];
  /** Heights of the stack at each open mark. */
  readonly marks: number[];
  readonly memo: Map<number, Pickled>;
  readonly persistent: Persistent[];
};

/** Takes the next `count` bytes. Throws where the file ends before them. */
export function take(cursor: Cursor, count: number): Uint8Array {
  const end = cursor.at + count;
  if (end > cursor.bytes.length)
    throw new Error(`the file is cut off: it ends at byte ${cursor.bytes.length}, and at least ${end} were written`);
  const part = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return part;
}

/** The next `count` bytes as a view for reading numbers. */
export function takeView(cursor: Cursor, count: number): DataView {
  const part = take(cursor, count);
  return new DataView(part.buffer, part.byteOffset, part.length);
}

const uint8 = (m: Machine): number => take(m.cursor, 1)[0] ?? 0;
const uint16 = (m: Machine): number => takeView(m.cursor, 2).getUint16(0, true);
const uint32 = (m: Machine): number => takeView(m.cursor, 4).getUint32(0, true);

const damaged = (m: Machine, what: string): Error =>
  new Error(`damaged pickle before byte ${m.cursor.at}: ${what}; fetch the file again`);

const utf8 = new TextDecoder();

function line(m: Machine): string {
  const end = m.cursor.bytes.indexOf(10, m.cursor.at);
  const text = take(m.cursor, (end < 0 ? m.cursor.bytes.length : end) - m.cursor.at);
  take(m.cursor, 1);
  return utf8.decode(text);
}

/** A two's complement integer of `count` bytes, least significant first. */
function long(m: Machine, count: number): bigint {
  if (count > LONGEST) throw damaged(m, `it has an integer of ${count} bytes, over the ${LONGEST} allowed`);
  const value = take(m.cursor, count).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(8 * count, value);
}

function pop(m: Machine): Pickled {
  const value = m.stack.length > (m.marks.at(-1) ?? 0) ? m.stack.pop() : undefined;
  if (value === undefined) throw damaged(m, 'it takes a value that is not there');
  return value;
}

function popToMark(m: Machine): Pickled[] {
  const height = m.marks.pop();
  if (height === undefined) throw damaged(m, 'it closes a list that it never opened');
  return m.stack.splice(height);
}

function popTuple(m: Machine, count: number): Pickled[] {
  return Array.from({ length: count }, () => pop(m)).reverse();
}

function append(m: Machine, items: readonly Pickled[]): void {
  const list = m.stack.at(-1);
  if (!Array.isArray(list)) throw damaged(m, 'it appends to what is no list');
  for (const item of items) list.push(item);
}

function setItems(m: Machine, items: readonly Pickled[]): void {
  const map = m.stack.at(-1);
  if (!(map instanceof Map) || items.length % 2 !== 0) throw damaged(m, 'it sets items of what is no dictionary');
  for (let i = 0; i < items.length; i += 2) map.set(items[i] as Pickled, items[i + 1] as Pickled);
}

function global(m: Machine): Global {
  const name = `${line(m)}.${line(m)}`;
  if (!m.allowed.has(name))
    throw new Error(`the file names ${shown(name)}, which no checkpoint needs: do not trust it; nothing of it was run`);
  return { kind: 'global', name };
}

function reduce(m: Machine): Pickled {
  const [args, callee] = [pop(m), pop(m)];
  if (!Array.isArray(args) || !isKind(callee, 'global')) throw damaged(m, 'it calls what is no function');
  if (callee.name !== 'collections.OrderedDict') return { kind: 'call', name: callee.name, args };
  if (args.length > 0) throw damaged(m, 'it gives OrderedDict arguments');
  return new Map();
}

function build(m: Machine): void {
  pop(m);
  // A state_dict's attributes, such as `_metadata`, are dropped; nothing else in a checkpoint has any.
  if (!(m.stack.at(-1) instanceof Map)) throw damaged(m, 'it sets attributes of what is no dictionary');
}

function remember(m: Machine, key: number): void {
  const value = pop(m);
  m.stack.push(value);
  m.memo.set(key, value);
}

function recall(m: Machine, key: number): Pickled {
  const value = m.memo.get(key);
  if (value === undefined) throw damaged(m, `it recalls value ${key}, which it never stored`);
  return value;
}

function refer(m: Machine): Persistent {
  const reference: Persistent = { kind: 'persistent', id: pop(m) };
  m.persistent.push(reference);
  return reference;
}

/** Opcodes that push what they return; the names are `pickletools`'. */
const PUSHING: { readonly [opcode: string]: (m: Machine) => Pickled } = {
  N: () => null,
  '\x88': () => true,
  '\x89': () => false,
  J: (m) => takeView(m.cursor, 4).getInt32(0, true), // BININT
  K: uint8, // BININT1
  M: uint16, // BININT2
  '\x8a': (m) => long(m, uint8(m)), // LONG1
  G: (m) => takeView(m.cursor, 8).getFloat64(0, false), // BINFLOAT
  X: (m) => utf8.decode(take(m.cursor, uint32(m))), // BINUNICODE
  ')': () => [],
  ']': () => [],
  '}': () => new Map(),
  '\x85': (m) => popTuple(m, 1),
  '\x86': (m) => popTuple(m, 2),
  '\x87': (m) => popTuple(m, 3),
  t: popToMark,
  h: (m) => recall(m, uint8(m)), // BINGET
  j: (m) => recall(m, uint32(m)), // LONG_BINGET
  c: global,
  R: reduce,
  Q: refer, // BINPERSID
};

/** Opcodes that push nothing. */
const CHANGING: { readonly [opcode: string]: (m: Machine) => void } = {
  '\x80': (m) => void uint8(m), // PROTO
  '(': (m) => void m.marks.push(m.stack.length),
  q: (m) => remember(m, uint8(m)), // BINPUT
  r: (m) => remember(m, uint32(m)), // LONG_BINPUT
  a: (m) => append(m, [pop(m)]),
  e: (m) => append(m, popToMark(m)),
  s: (m) => setItems(m, popTuple(m, 2)),
  u: (m) => setItems(m, popToMark(m)),
  b: build,
};

const STOP = 0x2e;
const byCode = <T>(table: { readonly [opcode: string]: T }): (T | undefined)[] =>
  Array.from({ length: 256 }, (_, code) => table[String.fromCharCode(code)]);
const PUSHES = byCode(PUSHING);
const CHANGES = byCode(CHANGING);

/** Whether a value is a record of this kind. */
export function isKind<K extends 'global' | 'call' | 'persistent'>(
  value: Pickled | undefined,
  kind: K,
): value is Extract<Pickled, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/**
 * Reads one pickle (protocol 2, the opcodes that `torch.save` writes; CPython's `pickletools.py`) at the cursor, and
 * leaves the cursor after it. Nothing is imported, called or constructed: a global outside `allowed` throws, a call
 * becomes a record. `persistent` lists the references in the pickle. Values may be shared, and lists may contain
 * themselves, so code that walks them must bound the depth. Throws on a truncated or damaged pickle, and on more than
 * `most` opcodes. An opcode takes at most about 200 bytes of memory, in addition to the pickle itself.
 */
export function unpickle(
  cursor: Cursor,
  allowed: ReadonlySet<string>,
  most: number,
): { value: Pickled; persistent: readonly Persistent[] } {
  const m: Machine = { cursor, allowed, stack: [], marks: [], memo: new Map(), persistent: [] };
  for (let steps = 0; ; steps++) {
    if (steps >= most) throw damaged(m, `it has more than ${most} opcodes, which no state_dict needs`);
    const opcode = uint8(m);
    if (opcode === STOP) return { value: pop(m), persistent: m.persistent };
    const pushing = PUSHES[opcode];
    const changing = CHANGES[opcode];
    if (pushing) m.stack.push(pushing(m));
    else if (changing) changing(m);
    else throw damaged(m, `opcode 0x${opcode.toString(16)} is none that PyTorch writes`);
  }
}
