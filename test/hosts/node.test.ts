import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import { bundleChild, OWN_PACKAGES } from '../../suites/hosts/bundle.ts';
import { nodeHost, STEP_LIMIT } from '../../suites/hosts/node/node.ts';
import { jobOf, MADE_UP } from '../visit.ts';

const folder = mkdtempSync(join(tmpdir(), 'resnet-node-'));
afterAll(() => rmSync(folder, { recursive: true }));

const own = [...process.execArgv];
afterEach(() => void process.execArgv.splice(0, Infinity, ...own));

it('starts children without what its own process was started with, such as a TypeScript loader', async () => {
  process.execArgv.push('--import', 'data:text/javascript,process.exit(3)');
  const host = nodeHost(await bundleChild(OWN_PACKAGES), folder, () => ({}), STEP_LIMIT);
  const row = findBackend('null') ?? MADE_UP;
  const job = jobOf('resnet20.seed0', row, 32, { suites: ['latency'], samples: 1, samplingMs: 1000 });
  const outcome = await host.run(job, 60_000, () => {});
  expect(outcome).toMatchObject({ kind: 'reply', reply: { results: [{ suite: 'latency' }, {}] } });
});
