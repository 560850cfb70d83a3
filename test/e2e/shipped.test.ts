import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { SHAPES10_FILES } from '../../reference/datasets/shapes10-files.ts';
import { checkpointName } from '../../reference/weights/checkpoints.ts';
import { SHIPPED } from '../reference/checkpoints.ts';
import { errorsOf, runCli } from '../scripts/run.ts';
import { readFile } from './bench.ts';

const MODEL = checkpointName(SHIPPED);
const root = mkdtempSync(join(tmpdir(), 'resnet-shipped-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The accuracy of the shipped network on a backend. The cache is empty at first, and there is no mirror. */
async function scored(backend: string, words: readonly string[]) {
  const out = mkdtempSync(join(root, backend.replace('/', '-')));
  // The profile whose visits have time for all images on the slowest machine.
  const query = ['bench', `accuracy:${MODEL}:fp32:b25:32:${backend}`, '--out', out, '--profile', 'full', ...words];
  const { code, err } = await runCli(query, join(root, 'cache'));
  expect([code, errorsOf(err)]).toEqual([0, []]);
  expect(err).not.toContain('fetching');
  const [name = ''] = readdirSync(out).filter((one) => one.endsWith('.jsonl'));
  return readFile(join(out, name)).records.map(({ outcome }) =>
    'result' in outcome ? { status: outcome.status, ...outcome.result } : outcome,
  );
}

describe(`${MODEL} answers as PyTorch does, image for image`, { timeout: 300_000 }, () => {
  const { counted } = SHIPPED;
  const equal = {
    status: 'ok',
    images: counted?.images,
    available: counted?.images,
    top1: counted?.right,
    differs: [],
  };

  it('on ort-node/cpu', async () => {
    expect(await scored('ort-node/cpu', [])).toMatchObject([equal]);
  });

  it('has one Top-1 on the images as files of odd sizes, which are resized', async () => {
    const words = ['--data', SHAPES10_FILES.id];
    const { images } = SHAPES10_FILES;
    // Measured here: no other implementation has scored these files.
    const equal = { status: 'ok', images, available: images, top1: 1848 };
    expect(await scored('ort-node/cpu', words)).toMatchObject([equal]);
  });

  it.for(['ort-web/wasm', 'tfjs/wasm'])('on %s', async (backend, { skip }) => {
    const browser = inject('browser');
    if (!browser.found) return skip(browser.reason);
    expect(await scored(backend, ['--browser', browser.path])).toMatchObject([equal]);
  });
});
