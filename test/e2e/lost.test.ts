import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import { prepareFiles } from '../../suites/engine/artefacts.ts';
import { browserHost } from '../../suites/hosts/browser/browser.ts';
import type { DrivenBrowser } from '../../suites/hosts/browser/flags.ts';
import { LAUNCH_LIMIT_MS } from '../../suites/hosts/browser/launch.ts';
import { packageMounts } from '../../suites/hosts/browser/packages.ts';
import { type Server, serve } from '../../suites/hosts/browser/server.ts';
import { bundlePage, OWN_PACKAGES } from '../../suites/hosts/bundle.ts';
import type { Host } from '../../suites/hosts/host.ts';
import { needBrowser } from '../browser.ts';
import { jobOf, loaded, smallJob } from '../visit.ts';

// The harness's own page, behind one that takes the runtime's device or context away as a phase begins.
const page = (phase: string) => `
import '/real/page.js';
const taken = [];
const watch = (type, method, lose) => {
  const original = type.prototype[method];
  type.prototype[method] = function (...asked) {
    const made = original.apply(this, asked);
    taken.push(async () => lose(await made));
    return made;
  };
};
watch(GPUAdapter, 'requestDevice', (device) => device.destroy());
for (const canvas of [HTMLCanvasElement, OffscreenCanvas])
  watch(canvas, 'getContext', (context) => context?.getExtension('WEBGL_lose_context')?.loseContext());
const tell = globalThis.tellPhase;
globalThis.tellPhase = async (name) => {
  if (name === '${phase}') await Promise.all(taken.map((lose) => lose()));
  await tell(name);
};
`;

const folder = mkdtempSync(join(tmpdir(), 'resnet-lost-'));
const open: { close(): Promise<void> }[] = [];

/** A host whose page loses its device or context as the phase begins. */
async function losing(phase: string, browser: DrivenBrowser): Promise<Host> {
  const own = join(folder, phase);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'page.js'), page(phase));
  const mounts = { '/bundle/': own, '/real/': await bundlePage(OWN_PACKAGES), ...packageMounts(OWN_PACKAGES) };
  const server: Server = await serve({ ...mounts, '/work/': folder });
  const host = browserHost(browser, server, LAUNCH_LIMIT_MS);
  open.push(host, server);
  return host;
}

beforeAll(async () => {
  await prepareFiles(smallJob(folder).job, async () => {});
});
afterAll(async () => {
  for (const one of open) await one.close();
  rmSync(folder, { recursive: true });
});

describe('a lost device', { timeout: 240_000 }, () => {
  it.for([
    ['tfjs/webgpu', 'latency', /^the WebGPU device was lost \(destroyed\)/],
    ['ort-web/webgpu', 'latency', /^the WebGPU device was lost \(destroyed\)/],
    ['ort-web/webgpu-jsep', 'latency', /^the WebGPU device was lost \(destroyed\)/],
    ['ort-web/webgpu-jsep', 'transfer', /^the WebGPU device was lost \(destroyed\)/],
    ['tfjs/webgl', 'latency', /^the WebGL context was lost/],
    ['tfjs/webgl', 'timed', /^the WebGL context was lost/],
  ] as const)('on %s in phase %s is told as one, not waited for', async ([id, phase, reason], context) => {
    const browser = needBrowser(context);
    const row = findBackend(id);
    if (row === undefined) throw new Error(id);
    const suite = phase === 'timed' ? 'compliance' : phase;
    const job = jobOf('resnet20.seed0', row, 32, {
      ...{ suites: [suite], budgetMs: 60_000, samples: 1_000_000, samplingMs: 50_000 },
      model: loaded(row.format === 'onnx' ? '/work/model.onnx' : '/work/tf/model.json'),
      truth: '/work/truth.bin',
    });
    const outcome = await (await losing(phase, browser)).run(job, 60_000, () => {});
    expect(outcome).toMatchObject({ kind: 'reply', reply: { error: expect.stringMatching(reason), fix: undefined } });
  });
});
