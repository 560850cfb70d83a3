import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';
import { groupCells } from '../../suites/engine/runner.ts';
import { openQuietWorkshop } from '../../suites/engine/workshop.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { planRun } from '../../suites/plan/plan.ts';
import { graphOf } from '../reference/graphs.ts';
import { passed, visitIn } from '../visit.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-drawn-'));
const at = (...parts: string[]) => join(folder, ...parts);
const own = lifetime();

const [CLASSES, SIDE] = [10, 32];

/** White above black, so that every value changes where the picture is turned. */
const halves = sharp(
  Uint8Array.from({ length: 3 * SIDE ** 2 }, (_, i) => (i < 1.5 * SIDE ** 2 ? 255 : 0)),
  { raw: { width: SIDE, height: SIDE, channels: 3 } },
);

beforeAll(async () => {
  vi.stubEnv('RESNET_CACHE', at('cache'));
  for (let label = 0; label < CLASSES; label++) {
    mkdirSync(at('set', `${label}`), { recursive: true });
    const noise = Uint8Array.from(
      { length: 3 * SIDE ** 2 },
      (_, i) => Math.imul(i + 1000 * label, 2_654_435_761) >>> 24,
    );
    const image = sharp(noise, { raw: { width: SIDE, height: SIDE, channels: 3 } });
    if (label > 0) await image.png().toFile(at('set', `${label}`, 'image.png'));
  }
  const turned = halves.withMetadata({ orientation: 3 }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' });
  await turned.toFile(at('set', '0', 'image.jpeg'));
  const network = graphOf('resnet8');
  writeFileSync(at('net.onnx'), writeOnnx(network, seededWeights(network, 3), 1, SIDE));
}, 60_000);
afterAll(async () => {
  await own.end();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('images that Chromium draws in their own size', { timeout: 160_000 }, () => {
  it('have the exact pixels of PNG files, and are turned as EXIF says', async (context) => {
    const { cells, profile } = await planRun({
      ...{ queries: ['accuracy:net.user::b1::ort-web/wasm'], files: [at('net.onnx')], data: at('set') },
      ...{ preprocess: 'raw', budgetSeconds: 60 },
    });
    const groups = groupCells(cells);
    const longer = { ...profile, visitSeconds: 60, limitSeconds: 150 };
    const workshop = await openQuietWorkshop(groups, longer, inject('browser'), own);
    const { result } = passed(await visitIn(workshop, groups, 'ort-web/wasm', context), 'accuracy');
    expect(result.drawn).toMatchObject({ images: CLASSES });
    expect(result.drawn?.ways).toMatchObject([{ way: 'drawImage, low', largest: 255 }]);
    // All values of one image differ by 255, and no value of the others does.
    expect(result.drawn?.ways[0]?.mean).toBeCloseTo(255 / CLASSES, 9);
  });
});
