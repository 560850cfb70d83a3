import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPyTorch } from '../../reference/weights/pytorch.ts';
import { readZip } from '../../reference/weights/zip.ts';
import { op, type Sketch, tensor } from './legacy.ts';
import { type End, type Entry, zip } from './zipfile.ts';

const GOOD: Sketch = { declared: 6, recorded: 6, stored: [], offset: 0, shape: [2, 3], strides: [3, 1] };
const VALUES = Float32Array.of(1, 2, 3, 4, 5, 6);
const ascii = (text: string) => Buffer.from(text, 'latin1');

const pickled = (root: Buffer): Buffer => Buffer.concat([op.proto, root, op.stop]);
const PICKLE = pickled(op.dict(op.text('module.a'), tensor(GOOD)));

/** The entries of a state_dict as PyTorch stores them, with changes by name. */
function entries(changes: { readonly [name: string]: Partial<Entry> | undefined } = {}): Entry[] {
  const all: Entry[] = [
    { name: 'net/data.pkl', data: PICKLE, follows: {} },
    { name: 'net/byteorder', data: ascii('little'), follows: {} },
    { name: 'net/data/0', data: Buffer.from(VALUES.buffer), follows: {} },
    { name: 'net/version', data: ascii('3\n'), follows: {} },
  ];
  return all.map((entry) => ({ ...entry, ...changes[entry.name] }));
}

const FIXTURE = new URL('./fixtures/state-dict.pth', import.meta.url);

const messageOf = (bytes: Uint8Array, read: (bytes: Uint8Array) => unknown = readPyTorch): string | undefined => {
  try {
    read(bytes);
    return undefined;
  } catch (error) {
    // A plain Error is intended. A TypeError or RangeError would mean a missing check.
    return error instanceof Error && error.name === 'Error' ? error.message : `not meant: ${error}`;
  }
};

describe('a zip file that PyTorch 1.13 wrote', () => {
  const tensors = readPyTorch(readFileSync(FIXTURE));
  const eighths = (...values: number[]) => Float32Array.from(values, (value) => value / 8);

  it('gives its tensors, views and parameters too', () => {
    expect([...tensors.keys()]).toEqual([
      'conv.weight',
      'view',
      'transposed',
      'half',
      'bfloat16',
      'double',
      'bn.num_batches_tracked',
      'empty',
    ]);
    expect(tensors.get('conv.weight')).toEqual({
      shape: [3, 2, 2, 1],
      data: eighths(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    });
    expect(tensors.get('view')).toEqual({ shape: [2, 3], data: eighths(7, 8, 9, 13, 14, 15) });
    expect(tensors.get('transposed')?.data.slice(0, 8)).toEqual(eighths(0, 6, 12, 18, 1, 7, 13, 19));
    expect(tensors.get('empty')).toEqual({ shape: [0, 3], data: new Float32Array() });
  });

  it('gives other types as PyTorch converts them', () => {
    expect(tensors.get('half')?.data).toEqual(Float32Array.of(1.5, -0, 2 ** -14, 2 ** -24, 65504, Infinity));
    expect(tensors.get('bfloat16')?.data).toEqual(
      Float32Array.of(1, -2.5, 3.3895313892515355e38, 9.183549615799121e-41),
    );
    expect(tensors.get('double')?.data).toEqual(Float32Array.of(0.1, -Infinity, 2 ** -30));
    expect(tensors.get('bn.num_batches_tracked')).toEqual({ shape: [], data: Float32Array.of(16777216) });
  });

  it('is refused wherever it is cut off', () => {
    const bytes = readFileSync(FIXTURE);
    for (let end = 2; end < bytes.length; end++)
      expect(messageOf(bytes.subarray(0, end)), `cut off at ${end}`).toMatch(/is cut off, or something follows/);
  });
});

describe('a zip file', () => {
  const expected = new Map([['a', { shape: [2, 3], data: VALUES }]]);

  it.each([
    ['as PyTorch writes it', zip(entries(), { long: {} })],
    ['without a second end record', zip(entries())],
    ['without sizes after the data', zip(entries().map(({ name, data }) => ({ name, data })))],
    ['without byteorder', zip(entries().filter(({ name }) => name !== 'net/byteorder'))],
    ['within a larger buffer', Buffer.concat([ascii('pad'), zip(entries())]).subarray(3)],
  ])('%s is read', (_, bytes) => {
    expect(readPyTorch(bytes)).toEqual(expected);
  });

  it('is refused or read, but never trips the reader, with any one byte changed', () => {
    const bytes = zip(entries(), { long: {} });
    for (let at = 0; at < bytes.length; at++)
      for (const change of [0x01, 0x10, 0x80, 0xff]) {
        const copy = Uint8Array.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ change;
        expect(messageOf(copy) ?? '', `byte ${at} xor ${change}`).not.toMatch(/not meant/);
      }
  });
});

describe('a zip file whose pickle asks to run something', () => {
  const flag = join(tmpdir(), `resnet-bench-executed-${process.pid}`);
  const run = (module: string, name: string) => op.call(op.global(module, name), op.text(`touch ${flag}`));
  it.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'exec'],
    ['torch.storage', '_load_from_bytes'],
    ['torch.jit', '_script'],
  ])('%s.%s is refused', (module, name) => {
    const bytes = zip(entries({ 'net/data.pkl': { data: pickled(run(module, name)) } }));
    expect(messageOf(bytes)).toContain(`names ${module}.${name}, which no checkpoint needs`);
    expect(existsSync(flag)).toBe(false);
  });
});

describe('a zip file that lies', () => {
  const change = (name: string, entry: Partial<Entry>, end?: Partial<End>) => zip(entries({ [name]: entry }), end);
  const DATA = 'net/data/0';
  it.each([
    ['about a size, in the directory', change(DATA, { central: { size: 20, packed: 20 } }), /other sizes/],
    ['about a size, in the local header', change(DATA, { local: { size: 20 } }), /other sizes at/],
    ['about a size, after the data', change(DATA, { follows: { size: 20 } }), /other sizes at/],
    ['about a checksum', change(DATA, { local: { crc: 1 } }), /other sizes at/],
    [
      'about the length of stored data',
      change(DATA, { central: { packed: 23 } }),
      /is stored, yet takes 23 bytes for 24/,
    ],
    ['about the name', change(DATA, { local: { name: 'net/data/1' } }), /'net\/data\/0' has another name/],
    ['about the flags', change(DATA, { local: { flags: 0 } }), /packed otherwise than the directory says/],
    ['about the place', change(DATA, { central: { start: 3 } }), /'net\/data\/0' is not at 3/],
    ['by an entry outside', change(DATA, { central: { start: 1e6 } }), /'net\/data\/0' is not at 1000000/],
    [
      'by an entry into the directory',
      change(DATA, { central: { size: 900, packed: 900 } }),
      /goes into the directory/,
    ],
    ['by an entry beyond 4 GB', change(DATA, { central: { size: 2 ** 32 - 1 } }), /beyond 4 GB/],
    ['by compression', change(DATA, { central: { method: 8 }, local: { method: 8 } }), /is compressed.*zip -0/],
    ['by encryption', change(DATA, { central: { flags: 0x809 } }), /encrypted/],
    ['about the count', zip(entries(), { count: 3 }), /does not end after the 3 entries/],
    ['about a count that is too large', zip(entries(), { count: 5 }), /directory ends too early/],
    ['about the directory’s size', zip(entries(), { size: 10 }), /directory of 10 bytes at .* does not end at/],
    ['about the directory’s place', zip(entries(), { from: 10 }), /does not end at/],
    ['in its second end record', zip(entries(), { long: { count: 3 } }), /two end records differ/],
    ['about its second end record', zip(entries(), { long: { at: 5 } }), /not where it is said to be/],
    ['by a comment', Buffer.concat([zip(entries()), ascii('comment')]), /something follows its directory/],
  ])('%s is refused', (_, bytes, expected) => {
    expect(messageOf(bytes)).toMatch(expected);
  });

  it('by two entries of one name is refused', () => {
    const double = [...entries(), { name: DATA, data: Buffer.alloc(24) }];
    expect(messageOf(zip(double))).toMatch(/'net\/data\/0' comes twice/);
  });

  it('by entries that overlap is refused', () => {
    const inner = zip([{ name: 'net/b', data: ascii('x') }]);
    const outer = zip([{ name: 'net/a', data: inner }]);
    const start = outer.indexOf(inner);
    const both = zip([
      { name: 'net/a', data: inner },
      { name: 'net/b', data: ascii('x'), central: { start } },
    ]);
    expect(messageOf(both, readZip)).toMatch(/'net\/a' and 'net\/b' overlap/);
  });

  it.each([
    '../evil',
    '/evil',
    'net/../../evil',
    'net/./evil',
    'net//evil',
    'C:evil',
    'net\\..\\evil',
    'net/e\0vil',
    '',
  ])('by a name that leaves the folder, %j, is refused', (name) => {
    expect(messageOf(zip([...entries(), { name, data: ascii('x') }]))).toMatch(/would be written outside its folder/);
  });
});

describe('a zip file that holds no checkpoint', () => {
  const extra = (name: string) => [...entries(), { name, data: ascii('x') }];
  const storageOf = (data: Buffer) => entries({ 'net/data/0': { data } });
  it.each([
    ['no pickle', entries().slice(1), /no data\.pkl in its one folder/],
    ['no entries', [], /no data\.pkl/],
    ['two folders', extra('other/data.pkl'), /no data\.pkl in its one folder/],
    ['a program', extra('net/constants.pkl'), /TorchScript program/],
    ['big-endian data', entries({ 'net/byteorder': { data: ascii('big') } }), /not little-endian/],
    [
      'more after the pickle',
      entries({ 'net/data.pkl': { data: Buffer.concat([PICKLE, ascii('x')]) } }),
      /1 bytes follow/,
    ],
    ['a storage too many', extra('net/data/1'), /never uses, net\/data\/1/],
    ['a storage too few', entries().filter(({ name }) => name !== 'net/data/0'), /'a': .* not hold its storage 0/],
    ['a storage that is short', storageOf(Buffer.alloc(20)), /holds 5 elements, but its tensors say 6/],
    ['a storage that is long', storageOf(Buffer.alloc(26)), /holds 6\.5 elements, but its tensors say 6/],
  ] as const)('but %s is refused', (_, all, expected) => {
    expect(messageOf(zip(all))).toMatch(expected);
  });
});
