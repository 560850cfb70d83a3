import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareFiles } from '../../suites/engine/artefacts.ts';
import { coveragePath, coveredBy, gapsOf } from '../../suites/engine/coverage.ts';
import { headerSchema } from '../../suites/record/header.ts';
import { joinHeaders } from '../../suites/record/headers.ts';
import { emptyRun, syntheticRun } from '../reports/fixture.ts';
import { fullPage } from '../reports/full-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-covered-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const jobOf = (model: string) => ({
  model,
  source: { format: 'architecture', model, files: [] } as const,
  exports: [],
  truths: [{ path: join(folder, `${model}.bin`), precision: 'fp32', batch: 1, size: 32 }],
});
const [whole, partial] = [jobOf('resnet20.live0'), jobOf('resnet20.seed0')];

describe('the covered share of a network', { timeout: 30_000 }, () => {
  it('is kept beside its truth, and the truth is computed again where it is missing or damaged', async () => {
    const path = coveragePath(whole.truths[0]?.path ?? '');
    await prepareFiles(whole, async () => {});
    const right = readFileSync(path, 'utf8');
    for (const damage of [() => rmSync(path), () => writeFileSync(path, '{"inputs":2}')]) {
      damage();
      await prepareFiles(whole, async () => {});
      expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(right);
    }
  });

  it('is read for the header, and a network with dead channels is said', async () => {
    await prepareFiles(whole, async () => {});
    await prepareFiles(partial, async () => {});
    const covered = await coveredBy([whole, partial, jobOf('resnet32.seed0')]);
    expect(covered.map(({ model }) => model)).toEqual([whole.model, partial.model]);
    const [full] = covered;
    expect(full).toMatchObject({ batch: 1, size: 32, inputs: 2, deadNodes: 0, relu: { channels: 688, active: 688 } });
    expect(gapsOf(covered)).toEqual([
      expect.stringMatching(/^note: resnet20\.seed0 at 32×32: 9\d\.\d+ % of 688 ReLU channels .* never active: layer/),
    ]);
    const header = { ...emptyRun().header, coverage: covered };
    expect(headerSchema.parse(JSON.parse(JSON.stringify(header)))).toEqual(header);
    // Files of one run, each with its own models.
    const [a, b] = covered.map((one) => ({ ...header, coverage: [one] }));
    if (a === undefined || b === undefined) throw new Error('two headers');
    expect(joinHeaders(a, [a, b, a], 'files').coverage).toEqual(covered);
    expect(joinHeaders(emptyRun().header, [emptyRun().header], 'files')).not.toHaveProperty('coverage');
  });

  it('is on the page, and left out where a run does not record it', async () => {
    const run = syntheticRun();
    const coverage = await coveredBy([whole, partial]);
    const page = fullPage({ ...run, header: { ...run.header, coverage } });
    expect(page).toContain('resnet20.live0 · 32×32: 100 % of 688 ReLU channels');
    expect(page).toContain('<strong>not all: </strong>resnet20.seed0 · 32×32: 9');
    expect(fullPage(run)).not.toContain('ReLU channels');
  });
});
