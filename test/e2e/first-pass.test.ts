import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePack } from '../../reference/datasets/pack.ts';
import type { PartRecord, Run } from '../../suites/record/record.ts';
import { folder as models } from '../scripts/ownfiles.ts';
import { runCli } from '../scripts/run.ts';
import { readFile, startBench } from './bench.ts';

// Real JPEG files that are decoded while a real runtime classifies them, in a run that is killed.

const folder = mkdtempSync(join(tmpdir(), 'resnet first pass ü-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: string[]) => join(folder, ...parts);

const [FILES, COUNT] = [60, 1500];
const CROP = 32;

beforeAll(async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  for (let i = 0; i < FILES; i++) {
    const create = { width: 180 + i, height: 300 - i, channels: 3, background: 'red', noise } as const;
    await sharp({ create })
      .jpeg()
      .toFile(at(`${i}.jpg`));
  }
  for (let i = 0; i < COUNT; i++) {
    const name = `class ${i % 10}`;
    mkdirSync(at('set', name), { recursive: true });
    linkSync(at(`${i % FILES}.jpg`), at('set', name, `${i}.jpg`));
  }
  const whole = readFileSync(at('0.jpg'));
  writeFileSync(at('set', 'class 3', 'broken.jpg'), whole.subarray(0, whole.length / 2));
  writeFileSync(at('how.json'), JSON.stringify({ resize: CROP + 8, crop: CROP }));
}, 60_000);

const QUERY = () => [
  `accuracy:weights.user:fp32:b25:${CROP}:ort-node/cpu`,
  ...[
    '--model',
    `resnet8=${join(models, 'good', 'weights.safetensors')}`,
    '--data',
    at('set'),
    '--preprocess',
    at('how.json'),
  ],
];

/** The one result of a run. */
function resultOf({ records }: Run) {
  const [outcome] = records.map((record) => record.outcome);
  if (outcome === undefined || !('result' in outcome) || outcome.result.suite !== 'accuracy')
    throw new Error(JSON.stringify(outcome));
  return outcome.result;
}

const packs = (cache: string) => readdirSync(join(cache, 'packs'));

/** How many images the parts of a run are of. */
const imagesIn = (parts: readonly PartRecord[] = []) =>
  parts.reduce((sum, { result }) => sum + (result.suite === 'accuracy' ? result.images : 0), 0);

describe('the first pass over a folder of images', { timeout: 400_000 }, () => {
  it('classifies the first while the last are decoded, and goes on where it was killed', async () => {
    const cache = at('cache');
    const killed: { parts: PartRecord[]; files: string[] } = { parts: [], files: [] };
    const started = await startBench(at('out'), cache, QUERY(), (_, bench) => {
      const timer = setInterval(() => {
        const [path] = bench.paths;
        const parts = path === undefined ? [] : (readFile(path).parts ?? []);
        if (parts.length === 0) return;
        clearInterval(timer);
        killed.files = packs(cache);
        killed.parts = [...parts];
        bench.kill('SIGKILL');
      }, 20);
    });
    expect(started.ended).toBe('SIGKILL');
    // Some are classified, and the description is written once all are decoded.
    expect(imagesIn(killed.parts)).toBeGreaterThan(0);
    expect(killed.files.filter((name) => name.endsWith('.json'))).toEqual([]);
    const [path = ''] = started.paths;
    const [journal = ''] = packs(cache).filter((name) => name.endsWith('.journal'));
    const already = readFileSync(join(cache, 'packs', journal), 'utf8').split('\n').length - 3;
    const classified = imagesIn(readFile(path).parts);
    expect(already).toBeGreaterThan(classified);
    expect(already).toBeLessThan(COUNT);

    const resumed = await runCli(['bench', '--resume', path], cache);
    expect(resumed.code).toBe(0);
    const [, there] = resumed.err.match(/; (\d+) are there from a run that ended early/) ?? [];
    expect(Math.abs(Number(there) - already)).toBeLessThanOrEqual(1);
    const [, whole] = resumed.err.match(/Decoding (\d+) images to/) ?? [];
    expect(Number(whole)).toBe(COUNT + 1);

    const result = resultOf(readFile(path));
    expect([result.images, result.available]).toEqual([COUNT, COUNT]);
    expect(result.skipped).toMatchObject({ count: 1, first: [{ name: 'class 3/broken.jpg' }] });
    expect(result.speed).toMatchObject({ images: COUNT - classified, from: 'decoding' });

    // The pack is whole, and its hash is that of all its pixels.
    // Beside it are the packs of images resized in other ways, since nothing is known of this network's score.
    const files = packs(cache);
    expect(files.filter((name) => name.endsWith('.journal'))).toEqual([]);
    const found = files
      .filter((name) => name.endsWith('.json'))
      .map((name) => parsePack(readFileSync(join(cache, 'packs', name), 'utf8')));
    const pack = found.find(({ sha256 }) => sha256 === result.pixels);
    if (pack === undefined) throw new Error('no pack has the hash of the record');
    const pixels = readFileSync(join(cache, 'packs', pack.file));
    expect(createHash('sha256').update(pixels).digest('hex')).toBe(pack.sha256);
    expect([pixels.length, result.pixels]).toEqual([COUNT * 3 * CROP ** 2, pack.sha256]);

    // An uninterrupted run with another cache has the same pixels and answers, and so has one from the cache.
    for (const [name, from] of [
      ['other cache', 'decoding'],
      ['cache', 'cache'],
    ] as const) {
      const again = await startBench(at(`again ${from}`), at(name), QUERY(), () => {});
      expect(again.ended).toBe(0);
      const other = resultOf(readFile(again.paths[0] ?? ''));
      expect(other.speed).toMatchObject({ images: COUNT, from });
      const { speed: _, settled: __, ...rest } = other;
      const { speed: ___, settled: ____, ...expected } = result;
      expect(rest).toEqual(expected);
    }
  });
});
