import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { limited, type Truth } from '../../reference/judge/bounds.ts';
import type { Limits } from '../../reference/judge/limits.ts';
import { loadModel } from '../../reference/models/load.ts';
import { random } from '../../reference/random.ts';
import { decodeTruths, encodeTruths, readTruths } from '../../reference/truthfile.ts';
import { prepareFiles } from '../../suites/engine/artefacts.ts';
import { smallJob } from '../visit.ts';

const limitsOf = (size: number, channels: number): Limits => ({
  l2: 2 * size,
  largest: size,
  channels: new Float64Array(channels).fill(size),
});
const truthOf = (shape: readonly number[], ...values: number[]): Truth => {
  const channels = shape.length === 4 ? (shape[1] ?? 0) : 0;
  const limits = { direct: limitsOf(1e-6, channels), wide: limitsOf(1e-5, channels) };
  return limited({ shape, data: Float64Array.from(values) }, limits);
};

const TRUTHS = [1, 2].map(
  (input) =>
    new Map([
      ['layer1', truthOf([1, 2, 1, 1], input, 3)],
      ['logits', truthOf([1, 3], input, 2, -1)],
    ]),
);
const FILE = await encodeTruths(TRUTHS);

const messageOf = (bytes: Uint8Array): Promise<string> =>
  decodeTruths(bytes).then(
    () => 'read',
    // A plain Error is intended. A TypeError or RangeError would mean a missing check.
    (error: Error) => (error.name === 'Error' ? error.message : `not meant: ${error}`),
  );

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

describe('a file of truths', () => {
  it('comes back as it was, from wherever it lies in memory', async () => {
    expect(await decodeTruths(FILE)).toEqual(TRUTHS);
    const moved = new Uint8Array(FILE.length + 3);
    moved.set(FILE, 3);
    expect(await decodeTruths(moved.subarray(3))).toEqual(TRUTHS);
  });

  it('is refused with any one bit flipped: of the digest, the index, a value or a bound', async () => {
    const unnoticed: number[] = [];
    for (let bit = 0; bit < 8 * FILE.length; bit++)
      if (!(await messageOf(flipped(FILE, bit))).includes('SHA-256')) unnoticed.push(bit);
    expect(unnoticed).toEqual([]);
  });

  it('is refused cut short anywhere, longer, or empty', async () => {
    for (let length = 0; length < FILE.length; length++)
      expect(await messageOf(FILE.subarray(0, length))).toMatch(/SHA-256|fewer than any/);
    expect(await messageOf(Uint8Array.of(...FILE, 0))).toContain('SHA-256');
  });

  it('names the file and the fix where it is used', async () => {
    const read = async () => flipped(FILE, 8 * (FILE.length - 1));
    await expect(readTruths('/truth/0123.bin', read)).rejects.toThrow(
      'the file of truths /truth/0123.bin is damaged: its content does not have the SHA-256 that it names; run again, and it is computed anew',
    );
    expect(await readTruths('/truth/0123.bin', async () => FILE)).toEqual(TRUTHS);
  });
});

/** A file whose digest is right, of this index and so many bytes of values. */
function made(index: string | Uint8Array, values: number, claimed?: number): Uint8Array {
  const json = typeof index === 'string' ? new TextEncoder().encode(index) : index;
  const start = 8 * Math.ceil((36 + json.length) / 8);
  const bytes = new Uint8Array(start + values);
  new DataView(bytes.buffer).setUint32(32, claimed ?? json.length, true);
  bytes.set(json, 36);
  bytes.set(createHash('sha256').update(bytes.subarray(32)).digest());
  return bytes;
}
const entry = (input: unknown, tap: unknown, shape: unknown) => JSON.stringify({ input, tap, shape, channels: 0 });
const logits = entry(0, 'logits', [1]);

describe('a file of truths whose digest is right, but which was never written', () => {
  it.each<[string, Uint8Array, string]>([
    ['an index beyond the file', made('[]', 0, 9e6), 'its index claims 9000000 bytes'],
    ['an index to the file’s end and beyond', made('[]', 0, 13), 'its index claims 13 bytes'],
    ['no JSON', made('truth', 0), 'its index is not JSON'],
    ['JSON of great depth', made('['.repeat(1e6), 0), 'its index is not JSON'],
    ['no list', made('{}', 0), 'its index is no list'],
    ['an empty list', made('[]', 0), 'it has no truth of the logits'],
    ['null', made('[null]', 0), 'entry 0 of its index is damaged'],
    ['a list in a list', made('[[]]', 0), 'entry 0 of its index is damaged'],
    ['a fraction of an input', made(`[${entry(0.5, 'logits', [1])}]`, 16), 'entry 0 of its index is damaged'],
    ['a negative input', made(`[${entry(-1, 'logits', [1])}]`, 16), 'entry 0 of its index is damaged'],
    ['an input that is a name', made(`[${entry('__proto__', 'logits', [1])}]`, 16), 'entry 0 of its index is damaged'],
    [
      'a distant input',
      made(`[${entry(4e9, 'logits', [1])}]`, 40),
      "its index has 'logits' of input 4000000000 out of",
    ],
    ['a tap that is no text', made(`[${entry(0, 7, [1])}]`, 16), 'entry 0 of its index is damaged'],
    ['a negative extent', made(`[${entry(0, 'logits', [-1, -1])}]`, 16), 'entry 0 of its index is damaged'],
    ['a fraction of an extent', made(`[${entry(0, 'logits', [0.5, 2])}]`, 16), 'entry 0 of its index is damaged'],
    ['a shape that is NaN', made(`[${entry(0, 'logits', [Number.NaN])}]`, 16), 'entry 0 of its index is damaged'],
    ['a shape that is a text', made(`[${entry(0, 'logits', '1')}]`, 16), 'entry 0 of its index is damaged'],
    [
      'a shape beyond memory',
      made(`[${entry(0, 'logits', [2 ** 31, 2 ** 31])}]`, 16),
      "values end before those of 'log",
    ],
    ['a shape beyond float64', made(`[${entry(0, 'logits', Array(40).fill(2 ** 52))}]`, 16), 'values end before those'],
    ['fewer values', made(`[${logits}]`, 32), "its values end before those of 'logits'"],
    ['more values', made(`[${logits}]`, 48), 'it has 144 bytes, its index says 136'],
    ['a tap twice', made(`[${logits},${logits}]`, 80), "its index has 'logits' of input 0 out of place"],
    [
      'an input out of order',
      made(`[${logits},${entry(1, 'logits', [1])},${entry(0, 'a', [1])}]`, 120),
      "'a' of input 0",
    ],
    ['no logits', made(`[${entry(0, '__proto__', [1])}]`, 40), 'it has no truth of the logits'],
  ])('%s', async (_, bytes, message) => expect(await messageOf(bytes)).toContain(message));
});

describe('preparing', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'resnet-truths-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps no truth of a file that has changed since it was hashed, as its truth’s name is made of that hash', async () => {
    const path = join(folder, 'net.onnx');
    const { row, graph, weights } = loadModel('resnet8.seed0', undefined);
    const bytes = writeOnnx(graph, weights, 1, 32);
    writeFileSync(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const truth = join(folder, 'changing.bin');
    const source = { format: 'onnx', model: `${row.id}.user`, files: [{ name: 'net.onnx', path, sha256 }] } as const;
    const job = {
      model: source.model,
      source,
      exports: [],
      truths: [{ path: truth, precision: 'fp32', batch: 1, size: 32 }],
    };
    // A weight's lowest bit: still a network.
    writeFileSync(path, flipped(bytes, 8 * 2000));
    await expect(prepareFiles(job, async () => {})).rejects.toThrow(
      `${path} has changed since this run began: run again`,
    );
    expect(existsSync(truth)).toBe(false);
    writeFileSync(path, bytes);
    await prepareFiles(job, async () => {});
    expect(existsSync(truth)).toBe(true);
  });

  it('keeps a truth that is whole, and computes a damaged one anew, wherever its bit was flipped', async () => {
    const { truth, job } = smallJob(folder);
    const only = { ...job, exports: [] };
    await prepareFiles(only, async () => {});
    const right = readFileSync(truth);
    expect((await decodeTruths(right))[0]?.size).toBeGreaterThan(1);
    const next = random(9);
    // All of the file's parts: digest, index, and values and bounds wherever the generator falls.
    const bits = [3, 8 * 32, 8 * 50, ...Array.from({ length: 3 }, () => Math.floor(next() * 8 * right.length))];
    for (const bit of bits) {
      writeFileSync(truth, flipped(right, bit));
      await prepareFiles(only, async () => {});
      expect(readFileSync(truth).equals(right), `bit ${bit}`).toBe(true);
    }
    for (let i = 0; i < 200; i++)
      expect(await messageOf(flipped(right, Math.floor(next() * 8 * right.length)))).toContain('SHA-256');
  });
});
