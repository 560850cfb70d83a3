import { describe, expect, it } from 'vitest';
import { graphParameters } from '../../reference/graph.ts';
import { buildCifar } from '../../reference/models/cifar.ts';
import { sizeOf } from '../../reference/tensor.ts';
import { readCheckpoint, readTensors } from '../../reference/weights/read.ts';
import { readSafetensors } from '../../reference/weights/safetensors.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';
import { TINY } from './checkpoints.ts';
import { mirrorFile } from './mirror.ts';
import { writeSafetensors } from './safetensorsfile.ts';

/** A file of this header, as text or as the object to write, and of so many bytes of data. */
function file(header: unknown, data: Uint8Array | number, length?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([head, text, typeof data === 'number' ? Buffer.alloc(data) : data]);
}

const entry = (from: number, to: number, shape = [(to - from) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

const messageOf = (bytes: Uint8Array): string | undefined => {
  try {
    readSafetensors(bytes);
    return undefined;
  } catch (error) {
    // A plain Error is intended. A TypeError or RangeError would mean a missing check.
    return error instanceof Error && error.name === 'Error' ? error.message : `not meant: ${error}`;
  }
};

describe('a safetensors file', () => {
  const tensors = new Map([
    ['b.weight', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, -0, 1e-45, 6) }],
    ['a', { shape: [], data: Float32Array.of(7) }],
    ['empty', { shape: [0, 4], data: new Float32Array() }],
    ['__proto__', { shape: [1], data: Float32Array.of(8) }],
    ['a 5" disk: \\', { shape: [1], data: Float32Array.of(9) }],
  ]);

  it('gives what was written', () => {
    const bytes = writeSafetensors(tensors);
    expect(readSafetensors(bytes)).toEqual(tensors);
    expect(new DataView(bytes.buffer).getUint32(0, true) % 8).toBe(0);
  });

  it('is read from within a larger buffer, at any alignment, in any order, with metadata', () => {
    const data = Buffer.alloc(8);
    data.writeFloatLE(1, 0);
    data.writeFloatLE(2, 4);
    const bytes = file(
      `{"__metadata__":{"format":"pt"},"x":${JSON.stringify(entry(4, 8))} ,"y" :${JSON.stringify(entry(0, 4))}} `,
      data,
    );
    const inside = Buffer.concat([Buffer.from('pad'), bytes]).subarray(3);
    expect(readSafetensors(inside)).toEqual(
      new Map([
        ['x', { shape: [1], data: Float32Array.of(2) }],
        ['y', { shape: [1], data: Float32Array.of(1) }],
      ]),
    );
  });

  it.each([
    ['F64', [0.1, -1e300], 8, (b: Buffer, v: number, at: number) => b.writeDoubleLE(v, at), [0.1, -Infinity]],
    [
      'F16',
      [0x3c00, 0x8001, 0x7bff, 0xfc00, 0x7e00, 0x8000, 0x03ff],
      2,
      uint16,
      [1, -(2 ** -24), 65504, -Infinity, Number.NaN, -0, 1023 * 2 ** -24],
    ],
    ['BF16', [0x3f80, 0xc020, 0x7f80, 0x0001], 2, uint16, [1, -2.5, Infinity, 2 ** -133]],
    ['I64', [3, -4], 8, (b: Buffer, v: number, at: number) => b.writeBigInt64LE(BigInt(v), at), [3, -4]],
  ] as const)('of %s becomes float32', (dtype, stored, width, write, values) => {
    const data = Buffer.alloc(stored.length * width);
    for (const [i, value] of stored.entries()) write(data, value, i * width);
    const read = readSafetensors(file({ x: entry(0, data.length, [stored.length], dtype) }, data)).get('x')?.data;
    expect(read).toEqual(Float32Array.from(values));
  });

  it('of a network is its weights, and NaN in it is refused', () => {
    const graph = buildCifar({ family: 'cifar', id: 'resnet8', n: 1, parameters: 0 }, 10);
    const weights = seededWeights(graph, 0);
    const stored = new Map(
      graphParameters(graph).map(({ name, shape }) => [name, { shape, data: weights.get(name) ?? new Float32Array() }]),
    );
    expect(readCheckpoint(graph, writeSafetensors(stored))).toEqual(weights);
    stored.set('linear.bias', { shape: [10], data: new Float32Array(10).fill(Number.NaN, 9) });
    expect(() => readCheckpoint(graph, writeSafetensors(stored))).toThrow(/NaN or infinite: linear\.bias/);
  });

  it("of MLPerf Tiny's is read whole", ({ skip }) => {
    const bytes = mirrorFile(skip, TINY.file.mirror);
    expect(bytes).toHaveLength(TINY.file.bytes);
    const found = readTensors(bytes);
    expect(found.size).toBe(48);
    expect([...found.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(78_666);
    expect(found.get('conv2d.weight')?.shape).toEqual([16, 3, 3, 3]);
    expect([...found.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
  });
});

function uint16(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt16LE(value, at);
}

describe('a damaged safetensors file', () => {
  const good = { a: entry(0, 4), b: entry(4, 12) };
  it.each([
    ['that is too short', Buffer.alloc(7), /has 7 bytes, fewer than/],
    ['whose header is over the cap', file(good, 12, 100_000_001n), /said to be 100000001 bytes, over the 100000000/],
    ['whose header is monstrous', file(good, 12, 2n ** 64n - 1n), /over the 100000000 allowed/],
    ['whose header is longer than the file', file(good, 12, 1000n), /of 1000 bytes goes beyond the file's/],
    ['whose header is cut off', file(good, 12, 20n), /not JSON/],
    ['whose header is not UTF-8', file('{"\xff":1}', 0).fill(0xff, 10, 11), /not JSON in UTF-8/],
    ['whose header has a byte order mark', file('\ufeff{}', 0), /not JSON/],
    ['whose header is a list', file('[]', 0), /no JSON object/],
    ['whose header is a number', file('12', 0), /no JSON object/],
    [
      'with a name twice',
      file(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(0, 4))}}`, 4),
      /a name twice/,
    ],
    [
      'with a type twice',
      file('{"a":{"dtype":"F64","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
      /a name twice/,
    ],
    ['with metadata of numbers', file({ __metadata__: { a: 1 } }, 0), /__metadata__ is no map of texts/],
    ['with an entry that is no tensor', file({ a: 5 }, 0), /'a' is not described by/],
    ['with an entry that says more', file({ a: { ...entry(0, 4), path: '/etc' } }, 4), /'a' is not described by/],
    ['of another type', file({ a: entry(0, 4, [4], 'I8') }, 4), /'a' is of type I8: convert it to one of F64, /],
    ['of a type by a prototype', file({ a: entry(0, 4, [4], 'constructor') }, 4), /is of type constructor/],
    ['of a negative shape', file({ a: entry(0, 4, [-1]) }, 4), /shape of 'a' is no list of natural numbers/],
    ['of a broken shape', file({ a: entry(0, 4, [0.5]) }, 4), /shape of 'a'/],
    [
      'of an endless shape',
      file({ a: entry(0, 4, [2 ** 53 - 1, 2 ** 53 - 1]) }, 4),
      /needs .* bytes, but its range has 4/,
    ],
    ['whose shape is larger than its range', file({ a: entry(0, 4, [2]) }, 4), /needs 8 bytes, but its range has 4/],
    ['whose shape is smaller than its range', file({ a: entry(0, 8, [1]) }, 8), /needs 4 bytes, but its range has 8/],
    ['whose range leaves the file', file({ a: entry(0, 8) }, 4), /at \[0,8\], outside the 4 bytes/],
    ['whose range is backwards', file({ a: entry(4, 0, [1]) }, 4), /at \[4,0\], outside/],
    ['whose range is negative', file({ a: entry(-4, 0, [1]) }, 4), /outside the 4 bytes/],
    ['whose range has three ends', file({ a: { ...entry(0, 4), data_offsets: [0, 4, 8] } }, 8), /outside/],
    ['whose ranges overlap', file({ a: entry(0, 8), b: entry(4, 12) }, 12), /'b' overlaps 'a'/],
    ['whose ranges are one', file({ a: entry(0, 4), b: entry(0, 4) }, 4), /'b' overlaps 'a'/],
    ['with a hole at its start', file({ a: entry(4, 8) }, 8), /4 bytes between the header and 'a'/],
    ['with a hole in it', file({ a: entry(0, 4), b: entry(8, 12) }, 12), /4 bytes between 'a' and 'b'/],
    ['with a hole at its end', file(good, 20), /8 bytes after 'b' belong to no tensor/],
  ])('%s is refused', (_, bytes, expected) => {
    expect(messageOf(bytes)).toMatch(expected);
  });

  it('is refused wherever it is cut off', () => {
    const bytes = file(good, 12);
    for (let end = 0; end < bytes.length; end++)
      expect(messageOf(bytes.subarray(0, end)), `cut off at ${end}`).toMatch(/^damaged safetensors file: /);
  });

  it('is refused or read, but never trips the reader, with any one byte changed', () => {
    const bytes = file(good, 12);
    for (let at = 0; at < bytes.length; at++)
      for (const change of [0x01, 0x10, 0x80, 0xff]) {
        const copy = Uint8Array.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ change;
        expect(messageOf(copy) ?? '', `byte ${at} xor ${change}`).not.toMatch(/not meant/);
      }
  });
});

describe('a file of no known format', () => {
  it.each(['', '<html>log in first</html>', '\x89PNG\r\n\x1a\n'])('%j is refused', (text) => {
    expect(() => readTensors(Buffer.from(text, 'latin1'))).toThrow(/is no checkpoint: expected safetensors, or/);
  });
});
