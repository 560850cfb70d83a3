import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { seededInput, seededWeights } from '../../reference/weights/seeded.ts';
import type { DrawnImages } from '../../suites/accuracy/schema.ts';
import { DRAWING_WAYS } from '../../suites/contract/drawing.ts';
import { type Group, groupCells } from '../../suites/engine/runner.ts';
import { openQuietWorkshop, type Workshop } from '../../suites/engine/workshop.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { planRun } from '../../suites/plan/plan.ts';
import { graphOf } from '../reference/graphs.ts';
import { passed, visitIn } from '../visit.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet folder ü #1 100% '));
const at = (...parts: string[]) => join(folder, ...parts);
const own = lifetime();
let workshop: Workshop;
let groups: readonly Group[];

/** Images by class; names that mean something in a URL. */
const CLASSES = 10;
const EACH = 6;

beforeAll(async () => {
  vi.stubEnv('RESNET_CACHE', at('cache'));
  for (let label = 0; label < CLASSES; label++) {
    mkdirSync(at('set', `class ${label} ü%`), { recursive: true });
    for (let i = 0; i < EACH; i++) {
      const values = seededInput(100 * label + i, 1, 3, 70);
      const bytes = Uint8Array.from(values.subarray(0, 70 * (50 + i) * 3), (value) => Math.abs(128 + 60 * value) % 256);
      const image = sharp(bytes, { raw: { width: 70, height: 50 + i, channels: 3 } });
      await image.toFile(at('set', `class ${label} ü%`, `${i}.${i % 2 ? 'png' : 'jpg'}`));
    }
  }
  writeFileSync(at('set', 'class 3 ü%', 'text.JPEG'), 'text');
  symlinkSync('/etc/hostname', at('set', 'class 4 ü%', 'away.png'));
  const network = graphOf('resnet8');
  writeFileSync(at('net.onnx'), writeOnnx(network, seededWeights(network, 3), 1, 32));
  writeFileSync(at('how.json'), '{"resize": 40, "crop": 32, "interpolation": "bicubic", "mean": [0.5, 0.5, 0.5]}');
  const { cells, profile } = await planRun({
    queries: ['accuracy:net.user::b1::ort-node/cpu,ort-web/wasm'],
    files: [at('net.onnx')],
    data: at('set'),
    preprocess: at('how.json'),
    budgetSeconds: 60,
  });
  groups = groupCells(cells);
  const longer = { ...profile, visitSeconds: 60, limitSeconds: 150 };
  workshop = await openQuietWorkshop(groups, longer, inject('browser'), own);
}, 120_000);
afterAll(async () => {
  await own.end();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const left = [
  { name: 'class 4 ü%/away.png', reason: 'a link out of the folder is not followed' },
  { name: 'class 3 ü%/text.JPEG', reason: 'this is not a JPEG, PNG or WebP image' },
];

describe('a folder of images and a custom model', { timeout: 160_000 }, () => {
  const counts = new Map<string, readonly number[]>();
  const drawn = new Map<string, DrawnImages | undefined>();

  it.for(['ort-node/cpu', 'ort-web/wasm'])(
    'are scored on %s, which says what is left out',
    async (backend, context) => {
      const { result } = passed(await visitIn(workshop, groups, backend, context), 'accuracy');
      expect(result).toMatchObject({ dataset: 'set', images: CLASSES * EACH, available: CLASSES * EACH });
      expect(result.skipped).toEqual({ count: left.length, first: left });
      expect(result.duplicates).toBeUndefined();
      expect(result.top5).toBeGreaterThan(0);
      counts.set(backend, [result.top1, result.top5]);
      drawn.set(backend, result.drawn);
    },
  );

  it('give the same counts in Node and in a page, whose images come by range', ({ skip }) => {
    const [node, page] = [counts.get('ort-node/cpu'), counts.get('ort-web/wasm')];
    if (page === undefined) return skip('there is no browser');
    expect(page).toEqual(node);
  });

  it('are drawn in the page alone, where every way gives other pixels than the exact ones', ({ skip }) => {
    const page = drawn.get('ort-web/wasm');
    if (!drawn.has('ort-web/wasm')) return skip('there is no browser');
    expect(drawn.get('ort-node/cpu')).toBeUndefined();
    expect(page?.failed).toBeUndefined();
    expect(page?.images).toBe(CLASSES * EACH);
    expect(page?.right).toBe(counts.get('ort-web/wasm')?.[0]);
    expect(page?.ways.map(({ way }) => way)).toEqual(DRAWING_WAYS.map(({ id }) => id));
    for (const { mean } of page?.ways ?? []) expect(mean).toBeGreaterThan(0.1);
    // Without interpolation, Chromium takes other pixels than with it.
    const meanOf = (way: string) => page?.ways.find((one) => one.way === way)?.mean ?? Number.NaN;
    expect(meanOf('createImageBitmap, pixelated')).toBeGreaterThan(1.5 * meanOf('createImageBitmap, high'));
  });
});
