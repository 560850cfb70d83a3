import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countParameters } from '../../reference/graph.ts';
import { loadModel } from '../../reference/models/load.ts';
import { readPyTorch } from '../../reference/weights/pytorch.ts';
import { AKAMASTER } from './checkpoints.ts';
import { file, MAGIC, op, type Sketch, storage, tensor } from './legacy.ts';
import { mirrorFile } from './mirror.ts';

const GOOD: Sketch = {
  declared: 6,
  recorded: 6,
  stored: [1, 2, 3, 4, 5, 6],
  offset: 0,
  shape: [2, 3],
  strides: [3, 1],
};

const sketch = (changes: Partial<Sketch>): Buffer => {
  const all = { ...GOOD, ...changes };
  return file(op.dict(op.text('module.a'), tensor(all)), all);
};

const messageOf = (bytes: Uint8Array): string | undefined => {
  try {
    readPyTorch(bytes);
    return undefined;
  } catch (error) {
    // A plain Error is intended. A TypeError or RangeError would mean a missing check.
    return error instanceof Error && error.name === 'Error' ? error.message : `not meant: ${error}`;
  }
};

describe('a legacy file', () => {
  it('gives its tensors without module.', () => {
    expect(readPyTorch(sketch({}))).toEqual(
      new Map([['a', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }]]),
    );
  });

  it('is read from under state_dict, from within a larger buffer, and with attributes', () => {
    const state = Buffer.concat([
      op.call(op.global('collections', 'OrderedDict')),
      op.raw('('),
      op.text('a'),
      tensor(GOOD),
      op.raw('u'),
      op.dict(op.text('_metadata'), op.none),
      op.raw('b'),
    ]);
    const bytes = file(op.dict(op.text('best'), op.int(1), op.text('state_dict'), state), GOOD);
    const inside = Buffer.concat([Buffer.from('pad'), bytes]).subarray(3);
    expect(readPyTorch(inside).get('a')?.data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it('may have strides and an offset', () => {
    const data = readPyTorch(sketch({ shape: [2, 2], strides: [1, 2], offset: 1 })).get('a')?.data;
    expect(data).toEqual(Float32Array.of(2, 4, 3, 5));
  });

  it.for(AKAMASTER)('$file.name is read whole', ({ model, tag, file }, { skip }) => {
    const bytes = mirrorFile(skip, file.mirror);
    expect(bytes).toHaveLength(file.bytes);
    const { row, graph, weights } = loadModel(`${model}.${tag}`, bytes);
    expect(countParameters(graph)).toBe(row.parameters);
    expect(readPyTorch(bytes).size).toBe(weights.size);
  });
});

describe('a legacy file that asks to run something', () => {
  const flag = join(tmpdir(), `resnet-bench-executed-${process.pid}`);
  const run = (module: string, name: string) => op.call(op.global(module, name), op.text(`touch ${flag}`));
  it.each([
    ['as its root', file(run('os', 'system'), GOOD), /names os\.system, which no checkpoint needs/],
    ['in its state_dict', file(op.dict(op.text('a'), run('posix', 'system')), GOOD), /names posix\.system/],
    ['as a builtin', file(run('builtins', 'eval'), GOOD), /names builtins\.eval/],
    ['in its system information', file(tensor(GOOD), GOOD, run('subprocess', 'run')), /names subprocess\.run/],
    [
      'through an allowed function',
      file(op.dict(op.text('a'), tensor(GOOD), op.text('b'), run('torch', 'FloatStorage')), GOOD),
      /'b' is no tensor/,
    ],
    ['by INST', file(op.raw(`(X\x01\x00\x00\x00aios\nsystem\n`), GOOD), /opcode 0x69/],
    ['by STACK_GLOBAL', file(Buffer.concat([op.text('os'), op.text('system'), op.raw('\x93')]), GOOD), /opcode 0x93/],
    ['by NEWOBJ', file(Buffer.concat([op.none, op.raw(')\x81')]), GOOD), /opcode 0x81/],
    ['by EXT1', file(op.raw('\x82\x01'), GOOD), /opcode 0x82/],
    ['by a name with a prototype', file(run('constructor', 'constructor'), GOOD), /names constructor\.constructor/],
  ])('%s is refused', (_, bytes, expected) => {
    expect(messageOf(bytes)).toMatch(expected);
    expect(existsSync(flag)).toBe(false);
  });
});

describe('a damaged legacy file', () => {
  it.each([
    ['whose record is shorter than declared', { recorded: 5, stored: [1, 2, 3, 4, 5] }, /holds 5 elements.* say 6/],
    [
      'whose record is longer than declared',
      { recorded: 7, stored: [1, 2, 3, 4, 5, 6, 7] },
      /holds 7 elements.* say 6/,
    ],
    ['that declares more than it has', { declared: 2 ** 30, recorded: 2 ** 30 }, /cut off/],
    ['that declares a negative size', { declared: -1, recorded: -1 }, /size of storage 0 is no natural number/],
    ['whose strides leave the storage', { strides: [4, 1] }, /'a' .* leaves its storage of 6/],
    ['whose offset leaves the storage', { offset: 1 }, /leaves its storage of 6/],
    ['whose stride is negative', { strides: [-3, 1] }, /strides of 'a' is no natural number/],
    ['that expands its storage', { shape: [1000, 1000, 1000], strides: [0, 0, 0] }, /leaves its storage of 6/],
    ['that has too few strides', { strides: [1] }, /leaves its storage of 6/],
    ['that has more at its end', { stored: [1, 2, 3, 4, 5, 6, 7] }, /4 bytes follow the last storage/],
  ] as const)('%s', (_, changes, expected) => {
    expect(messageOf(sketch(changes))).toMatch(expected);
  });

  it.each([
    ['of another kind', Buffer.from('\x89PNG\r\n\x1a\n, and so on'), /is no checkpoint/],
    ['that is empty', Buffer.alloc(0), /is no checkpoint/],
    ['that begins as a zip file', Buffer.from('PK\x03\x04, and so on'), /damaged zip file/],
    ['of another protocol', Buffer.concat([MAGIC, op.proto, op.int(1000), op.stop]), /protocol is 1001/],
    ['from a big-endian machine', file(tensor(GOOD), GOOD, op.dict()), /little-endian/],
    ['that takes what is outside its tuple', file(op.raw('N(\x85'), GOOD), /takes a value that is not there/],
    ['that holds a lone tensor', file(tensor(GOOD), GOOD), /no state_dict/],
    [
      'whose entry is no tensor',
      file(op.dict(op.text('a'), op.int(1)), { ...GOOD, recorded: 0, stored: [] }),
      /never uses/,
    ],
    [
      'whose storage has two sizes',
      file(op.dict(op.text('a'), op.list(storage('0', 6), storage('0', 5))), GOOD),
      /storage 0 is said to be 6 .* and 5/,
    ],
  ])('%s', (_, bytes, expected) => {
    expect(messageOf(bytes)).toMatch(expected);
  });

  it('is refused wherever it is cut off', () => {
    const bytes = sketch({});
    for (let end = 0; end < bytes.length; end++)
      expect(messageOf(bytes.subarray(0, end)), `cut off at ${end}`).toMatch(/cut off|is no checkpoint/);
  });

  it('is refused or read, but never trips the reader, with any one byte changed', () => {
    const bytes = sketch({});
    for (let at = 0; at < bytes.length; at++)
      for (const change of [0x01, 0x10, 0x80, 0xff]) {
        const copy = Uint8Array.from(bytes);
        copy[at] = (copy[at] ?? 0) ^ change;
        expect(messageOf(copy) ?? '', `byte ${at} xor ${change}`).not.toMatch(/not meant/);
      }
  });

  it('that is a real one is refused wherever it is cut off', ({ skip }) => {
    const bytes = mirrorFile(skip, AKAMASTER[0]?.file.mirror ?? '');
    const ends = [16, 100, 137, 500, 5000, 12_017, 12_018, 14_000, 14_063, 14_070, 14_071, 500_000, bytes.length - 1];
    for (const end of ends) expect(messageOf(bytes.subarray(0, end)), `cut off at ${end}`).toMatch(/cut off/);
  });
});
