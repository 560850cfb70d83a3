import { describe, expect, it } from 'vitest';
import { tarMember } from '../../reference/datasets/tar.node.ts';
import { buildCifar } from '../../reference/models/cifar.ts';
import { matchCheckpoint } from '../../reference/weights/checkpoint.ts';
import { readTensors } from '../../reference/weights/read.ts';
import { file, op, storage, tensor } from './legacy.ts';
import { tarHeader } from './tarfile.ts';
import { zip } from './zipfile.ts';

// Files of a few megabytes that would cause endless work: each is refused immediately, in one short line.

/** Of a busy machine; an idle one takes under one. */
const SECONDS = 5;
const LONGEST = 500;
const EMPTY = { recorded: 0, stored: [] };

/** The message of an intended error, which came quickly. */
async function refusal(action: () => unknown): Promise<string> {
  const start = performance.now();
  let caught: unknown;
  try {
    await action();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(Error);
  const { name, message } = caught as Error;
  expect(name, message).toBe('Error');
  expect(message.length).toBeLessThanOrEqual(LONGEST);
  expect(message).toMatch(/^.*$/);
  expect((performance.now() - start) / 1000).toBeLessThan(SECONDS);
  return message;
}

/** A zip file of a pickle of this root, and of one float storage where it has any elements. */
const zipped = (root: Buffer, floats: number) =>
  zip([
    { name: 'net/data.pkl', data: Buffer.concat([op.proto, root, op.stop]) },
    ...(floats > 0 ? [{ name: 'net/data/0', data: Buffer.alloc(4 * floats) }] : []),
  ]);

const zeros = (count: number) => Array<number>(count).fill(0);
const PARAMETER = op.global('torch._utils', '_rebuild_parameter');

/** A tensor over storage 0 of `count` elements. */
const view = (count: number, shape: readonly number[], strides: readonly number[]) =>
  tensor({ declared: count, recorded: count, stored: [], offset: 0, shape, strides });

/** As many entries of one tensor, which is pickled once and remembered. */
const names = (count: number, value: Buffer) =>
  op.dict(
    ...Array.from({ length: count }, (_, i) =>
      Buffer.concat([op.text(`w${i}`), i === 0 ? Buffer.concat([value, op.raw('q\0')]) : op.raw('h\0')]),
    ),
  );

describe('a checkpoint', () => {
  const MILLION = 2 ** 20;

  it('whose 2,000 names share a storage is refused with the memory that they would take', async () => {
    const bytes = zipped(names(2000, view(MILLION, [MILLION], [1])), MILLION);
    expect(await refusal(() => readTensors(bytes))).toBe(
      'its tensors would take 8000 MB in float32, over the 133 MB allowed for a file of 5 MB: they share storages, so save clones of those that are needed',
    );
  });

  it('with tied weights is read', () => {
    const tensors = readTensors(zipped(names(3, view(6, [2, 3], [3, 1])), 6));
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual(['w0', 'w1', 'w2'].map((n) => [n, [2, 3]]));
  });

  it('whose view jumps through its storage is read quickly', () => {
    const start = performance.now();
    const found = readTensors(zipped(names(20, view(MILLION, [4, 2 ** 9, 2 ** 9], [1, 2 ** 11, 4])), MILLION));
    expect(found.size).toBe(20);
    expect((performance.now() - start) / 1000).toBeLessThan(SECONDS);
  });

  it('of rank 300,000 is refused', async () => {
    const one = view(1, [1], [1]);
    const at = one.indexOf(op.tuple(op.int(1)));
    const many = Buffer.concat([op.raw('('), ...Array<Buffer>(300_000).fill(op.int(1)), op.raw('t')]);
    const huge = Buffer.concat([one.subarray(0, at), many, one.subarray(at + op.tuple(op.int(1)).length)]);
    const bytes = zipped(op.dict(op.text('a'), huge), 1);
    expect(await refusal(() => readTensors(bytes))).toMatch(/^the shape of 'a' has 300000 dimensions, over the 64 /);
  });

  it('of an endless and empty shape is refused', async () => {
    const shape = [...Array<number>(40).fill(2 ** 31 - 1), 0];
    const bytes = zipped(op.dict(op.text('a'), view(1, shape, shape)), 1);
    expect(await refusal(() => readTensors(bytes))).toMatch(/leaves its storage of 1 elements/);
  });

  it('of nested parameters is refused', async () => {
    const depth = 100_000;
    const root = Buffer.concat([
      ...Array.from({ length: depth }, () => Buffer.concat([PARAMETER, op.raw('(')])),
      view(1, [1], [1]),
      ...Array.from({ length: depth }, () => op.raw('tR')),
    ]);
    expect(await refusal(() => readTensors(zipped(op.dict(op.text('a'), root), 1)))).toMatch(/'a' is no tensor/);
  });

  it('of a parameter that is within itself is refused', async () => {
    const inner = Buffer.concat([PARAMETER, op.raw('h\x01R')]);
    const root = Buffer.concat([PARAMETER, op.raw(']q\x01'), inner, op.raw('aR')]);
    const bytes = zipped(op.dict(op.text('a'), root), 0);
    expect(await refusal(() => readTensors(bytes))).toMatch(/'a' is no tensor/);
  });

  it.each([
    ['dictionaries', '}'],
    ['lists', ']'],
  ])('of a million %s and more is refused', async (_, opcode) => {
    const root = Buffer.concat([op.dict(), Buffer.alloc(4_000_000, opcode)]);
    expect(await refusal(() => readTensors(file(root, EMPTY)))).toMatch(/more than 1000000 opcodes/);
  });

  it('of numbers with hundreds of digits is refused', async () => {
    const root = Buffer.concat([op.raw('\x8a\xff'), Buffer.alloc(255, 0x7f)]);
    expect(await refusal(() => readTensors(file(root, EMPTY)))).toMatch(/an integer of 255 bytes/);
  });

  it.each([
    ['a key', op.dict(op.text('k'.repeat(2e6)), op.int(1)), /'kkk.*…k*' is no tensor/],
    ['a storage', op.dict(op.text('a'), storage('s\n'.repeat(1e6), -1)), /size of storage s\\u\{a\}s.*natural/],
    ['a global', op.global('m'.repeat(2e6), 'n'), /names mmm.*…m*\.n, which/],
  ])('with %s of two megabytes is refused in a short line', async (_, root, message) => {
    expect(await refusal(() => readTensors(zipped(root, 0)))).toMatch(message);
  });

  it('of a million entries is refused', async () => {
    const many = zip([{ name: 'n/0', data: Buffer.alloc(0) }], { count: 65535, long: { count: 300_001 } });
    expect(await refusal(() => readTensors(many))).toMatch(/300001 entries, over the 200000/);
  });
});

/** A safetensors file of this header. */
function safetensors(header: string, data: number): Buffer {
  const text = Buffer.from(header);
  const bytes = Buffer.alloc(8 + text.length + data);
  bytes.writeBigUInt64LE(BigInt(text.length));
  text.copy(bytes, 8);
  return bytes;
}

describe('a safetensors file', () => {
  const entry = (shape: readonly unknown[], to: number) =>
    `{"dtype":"F32","shape":[${shape}],"data_offsets":[0,${to}]}`;

  it.each([
    ['lists', `{"a":${'['.repeat(2e6)}${']'.repeat(2e6)}}`],
    ['objects', `${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}`],
    ['lists without an end', `{"a":${'['.repeat(4e6)}`],
  ])('of nested %s is refused', async (_, header) => {
    expect(await refusal(() => readTensors(safetensors(header, 0)))).toMatch(/its header is nested deeper than 4/);
  });

  it('of millions of values is refused', async () => {
    const header = `{"a":[${'{},'.repeat(5e6)}{}]}`;
    expect(await refusal(() => readTensors(safetensors(header, 0)))).toMatch(/more than 4000000 values/);
  });

  it.each([
    ['rank', `{"a":${entry(Array<number>(300_000).fill(1), 4)}}`, 4, /has 300000 dimensions, over the 64 /],
    ['name', `{"${'n\\n'.repeat(1e6)}":${entry([2], 4)}}`, 4, /'n\\u\{a\}.*needs 8 bytes/],
    ['type', `{"a":{"dtype":"${'X'.repeat(2e6)}","shape":[],"data_offsets":[0,4]}}`, 4, /is of type X+…X+: convert/],
    ['range', `{"a":{"dtype":"F32","shape":[],"data_offsets":[${zeros(1e6)}]}}`, 4, /lies at \[0,0.*1000000 in all\]/],
  ])('of a huge %s is refused in a short line', async (_, header, data, message) => {
    expect(await refusal(() => readTensors(safetensors(header, data)))).toMatch(message);
  });
});

it('a checkpoint that fits in nothing is refused in a short line', async () => {
  const graph = buildCifar({ family: 'cifar', id: 'resnet8', n: 1, parameters: 0 }, 10);
  const long = Array.from({ length: 9 }, (_, i) => [
    `${'x\n'.repeat(1e6)}${i}`,
    { shape: [1], data: new Float32Array(1) },
  ]);
  const broken = { shape: [16], data: new Float32Array(16).fill(Number.NaN) };
  const misshapen = { shape: Array<number>(64).fill(1234567), data: new Float32Array(1) };
  const tensors = new Map([
    ...(long as [string, typeof broken][]),
    ['bn1.weight', broken],
    ['conv1.weight', misshapen],
    ['linear.weight', misshapen],
  ]);
  const message = await refusal(() => matchCheckpoint(graph, tensors));
  for (const part of ['missing: bn1.bias', 'extra: x', 'misshapen: conv1.weight', 'NaN or infinite: bn1.weight'])
    expect(message).toContain(part);
});

describe('an archive', () => {
  async function* whole(bytes: Uint8Array, times = 1) {
    for (let i = 0; i < times; i++) yield bytes;
  }

  it('of one piece is read in time that is linear in its size', async () => {
    const files = Buffer.concat(Array.from({ length: 30_000 }, (_, i) => tarHeader(`f${i}`, '0')));
    await refusal(() => tarMember(whole(files), 'none', 4));
    const found = Buffer.concat([
      Buffer.concat(Array(900).fill(tarHeader('f', '0'))),
      tarHeader('it', '4'),
      Buffer.alloc(512, 'data'.padEnd(512, '\0')),
    ]);
    expect(Buffer.from(await tarMember(whole(found), 'it', 4)).toString()).toBe('data');
  });

  it.each([
    [
      'a file that is larger than wanted',
      [tarHeader('it', '77777777777')],
      1,
      /it .*8589934591 bytes, over the 4 expected/,
    ],
    [
      'a file before it without an end',
      [tarHeader('other', '77777777777'), Buffer.alloc(2 ** 20)],
      9999,
      /over the 1024 MB/,
    ],
    ['a size below zero', [tarHeader('it', '-1')], 1, /is no tar file/],
    ['files without an end', [tarHeader('f', '0')], 1e7, /within its first 1000 files/],
    ['zeros without an end', [Buffer.alloc(2 ** 16)], 1e6, /ends before it has given it/],
  ] as const)('with %s is refused', async (_, blocks, times, message) => {
    expect(await refusal(() => tarMember(whole(Buffer.concat(blocks), times), 'it', 4))).toMatch(message);
  });
});
