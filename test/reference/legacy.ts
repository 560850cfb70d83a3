/** Pieces of a legacy PyTorch file, which tests combine correctly and incorrectly. */

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

const little = (value: number, count: 4 | 8): Buffer => {
  const buffer = Buffer.alloc(count);
  if (count === 4) buffer.writeInt32LE(value);
  else buffer.writeBigInt64LE(BigInt(value));
  return buffer;
};

/** Pickle opcodes by what they do. */
export const op = {
  proto: bytes(0x80, 2),
  stop: ascii('.'),
  none: ascii('N'),
  text: (text: string): Buffer => Buffer.concat([ascii('X'), little(text.length, 4), ascii(text)]),
  int: (value: number): Buffer => Buffer.concat([ascii('J'), little(value, 4)]),
  tuple: (...items: Buffer[]): Buffer => Buffer.concat([ascii('('), ...items, ascii('t')]),
  list: (...items: Buffer[]): Buffer => Buffer.concat([ascii(']('), ...items, ascii('e')]),
  dict: (...items: Buffer[]): Buffer => Buffer.concat([ascii('}('), ...items, ascii('u')]),
  global: (module: string, name: string): Buffer => ascii(`c${module}\n${name}\n`),
  call: (callee: Buffer, ...args: Buffer[]): Buffer => Buffer.concat([callee, op.tuple(...args), ascii('R')]),
  persistent: (id: Buffer): Buffer => Buffer.concat([id, ascii('Q')]),
  raw: ascii,
};

export const MAGIC = bytes(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e);
const PROTOCOL = bytes(0x80, 2, 0x4d, 0xe9, 3, 0x2e);

export type Sketch = {
  /** The storage's size in the tensor's reference and in the stored record. */
  declared: number;
  recorded: number;
  stored: readonly number[];
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
};

const ints = (values: readonly number[]): Buffer => op.tuple(...values.map(op.int));

/** A reference to float storage `key`. */
export function storage(key: string, declared: number): Buffer {
  const type = op.global('torch', 'FloatStorage');
  return op.persistent(op.tuple(op.text('storage'), type, op.text(key), op.text('cpu'), op.int(declared), op.none));
}

export function tensor({ declared, offset, shape, strides }: Sketch): Buffer {
  const rebuild = op.global('torch._utils', '_rebuild_tensor_v2');
  const hooks = op.call(op.global('collections', 'OrderedDict'));
  return op.call(rebuild, storage('0', declared), op.int(offset), ints(shape), ints(strides), op.raw('\x89'), hooks);
}

/** A file around the pickle of `root`, with `system` as its information on the system. */
export function file(root: Buffer, { recorded, stored }: Pick<Sketch, 'recorded' | 'stored'>, system?: Buffer): Buffer {
  const floats = Buffer.alloc(4 * stored.length);
  for (const [i, value] of stored.entries()) floats.writeFloatLE(value, 4 * i);
  return Buffer.concat([
    MAGIC,
    PROTOCOL,
    op.proto,
    system ?? op.dict(op.text('little_endian'), op.raw('\x88')),
    op.stop,
    op.proto,
    root,
    op.stop,
    op.proto,
    op.list(op.text('0')),
    op.stop,
    little(recorded, 8),
    floats,
  ]);
}
