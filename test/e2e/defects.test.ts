import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, type TestContext } from 'vitest';
import { maximum } from '../../reference/collect.ts';
import { evaluate } from '../../reference/evaluate.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { BACKENDS, findBackend } from '../../suites/backends/backends.ts';
import { DEFECTS, type Defect } from '../../suites/backends/defects.ts';
import { type Hosts, openHosts } from '../../suites/engine/hosts.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { exportOf } from '../../suites/locate/exported.ts';
import { prober } from '../../suites/locate/prober.ts';
import { needBrowser } from '../browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-defects-'));
const life = lifetime();
let hosts: Hosts;
beforeAll(async () => {
  hosts = await openHosts(BACKENDS, inject('browser'), { mounts: { '/work/': folder }, logs: folder }, life);
});
afterAll(async () => {
  await life.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The largest error of a defect's smallest graph on a backend, as a share of the largest value. */
async function errorOf({ smallest: { graph, size } }: Defect, id: string, context: TestContext): Promise<number> {
  const row = findBackend(id);
  if (row === undefined) throw new Error(id);
  if (row.host === 'browser') needBrowser(context);
  const place = hosts.of(row);
  if ('reason' in place) return context.skip(place.reason);
  const weights = seededWeights(graph, 0);
  const input = seededTensor(0, 1, graph.channels, size);
  const right = evaluate(graph, weights, input).get(graph.output)?.data ?? [];
  if (row.format === undefined) throw new Error(`${id} runs no file`);
  const file = await exportOf(row.format, { graph, weights }, { batch: 1, size }, [graph.output]);
  const probe = prober(row, place, mkdtempSync(join(folder, 'probes-')), 'probe');
  const { calls } = await probe(file, [input], { asMeasured: false });
  const [output] = calls[0]?.outputs.values() ?? [];
  const errors = Array.from(right, (value, i) => Math.abs(value - (output?.[i] ?? Number.NaN)));
  return maximum(errors) / maximum(Array.from(right, Math.abs));
}

// A row that fails here is mended: remove it, and its paragraph in suites/backends/README.md.
describe('a known defect', { timeout: 180_000 }, () => {
  it.for(DEFECTS.flatMap((defect) => defect.backends.map((backend) => [defect.id, backend, defect] as const)))(
    '%s is shown on %s by its smallest graph',
    async ([, backend, defect], context) => expect(await errorOf(defect, backend, context)).toBeGreaterThan(0.01),
  );

  it.for(DEFECTS.map((defect) => [defect.id, defect] as const))(
    '%s is none of ort-node/cpu',
    async ([, defect], context) => expect(await errorOf(defect, 'ort-node/cpu', context)).toBeLessThan(1e-5),
  );
});
