import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import type { BackendRow } from '../../suites/contract/backend.ts';
import type { Visit } from '../../suites/contract/visit.ts';
import { type BrowserChoice, type Hosts, openHosts } from '../../suites/engine/hosts.ts';
import { browserHost } from '../../suites/hosts/browser/browser.ts';
import { LAUNCH_LIMIT_MS } from '../../suites/hosts/browser/launch.ts';
import { bundleChild, OWN_PACKAGES } from '../../suites/hosts/bundle.ts';
import type { VisitOutcome } from '../../suites/hosts/host.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { nodeHost, STEP_LIMIT } from '../../suites/hosts/node/node.ts';
import { needBrowser } from '../browser.ts';
import { jobOf, loaded, smallJob, visitOf } from '../visit.ts';

// Real processes are killed: each fault must become an outcome, and the next visit must work.

const folder = mkdtempSync(join(tmpdir(), 'resnet-faults-'));
const { onnx, graph, truth, job } = smallJob(folder);

const row = (id: string): BackendRow => {
  const found = findBackend(id);
  if (found === undefined) throw new Error(id);
  return found;
};
const NODE = row('ort-node/cpu');
const WASM = row('tfjs/wasm');
const LOST = /^the (WebGPU device|WebGL context) was lost/;
const GPUS = ['tfjs/webgl', 'tfjs/webgpu', 'ort-web/webgpu', 'ort-web/webgpu-jsep'];
/** What the browser writes, its debugging address among it. */
const browserLog = join(folder, 'browser.log');

/** The browser that was found, told to open a port for debugging beside the pipe that it is driven through. */
function debuggable(): BrowserChoice {
  const browser = inject('browser');
  if (!browser.found || process.platform === 'win32') return browser;
  const path = join(folder, 'browser.sh');
  const command = `exec '${browser.path}' --remote-debugging-port=0 "$@" 2> '${browserLog}'`;
  writeFileSync(path, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  return { ...browser, path };
}

/** Opens an address in the page of the visit that is running. */
async function navigate(url: string): Promise<void> {
  const [, address = ''] = readFileSync(browserLog, 'utf8').match(/DevTools listening on (ws:\S+)/) ?? [];
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  // What crashes answers nothing.
  const page = context?.pages()[0];
  await page?.goto(url).catch(() => {});
}

const life = lifetime();
let hosts: Hosts;
beforeAll(async () => {
  hosts = await openHosts([NODE, WASM], debuggable(), { mounts: { '/work/': folder }, logs: folder }, life);
  await hosts.prepare(job);
});
afterAll(async () => {
  await life.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Visits resnet20 in an export, at 32×32 unless given. */
async function run(
  backend: BackendRow,
  limit: number,
  onPhase: (phase: string) => void,
  more: Partial<Visit> = {},
): Promise<VisitOutcome> {
  const place = hosts.of(backend);
  if ('reason' in place) throw new Error(place.reason);
  const job = jobOf('resnet20.seed0', backend, 32, {
    ...{ suites: ['conformance'], budgetMs: 10_000, samples: 2, samplingMs: 100 },
    model: loaded(place.locate(backend.format === 'onnx' ? onnx : graph)),
    truth: place.locate(truth),
    ...more,
  });
  return place.host.run(job, limit, onPhase);
}

/** A visit that samples for longer than any fault takes; on a GPU, since the page answers nothing while wasm runs. */
const LONG = { suites: ['latency'], budgetMs: 90_000, samples: 1_000_000, samplingMs: 80_000 };

/** Ids of this process' descendants whose command line holds a word. */
function descendants(word: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const all = lines.flatMap((line) => {
    const [, pid, parent, command = ''] = line.match(/^\s*(\d+)\s+(\d+)\s+(.*)$/) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
  const ours = new Set([process.pid]);
  // `ps` lists parents before children but for reused numbers, hence the rounds.
  for (let before = 0; before < ours.size; ) {
    before = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all.filter(({ pid, command }) => ours.has(pid) && command.includes(word)).map(({ pid }) => pid);
}

const at = (phase: string, act: () => void) => (now: string) => {
  if (now === phase) act();
};

const killAt = (phase: string, word: string) =>
  at(phase, () => {
    for (const pid of descendants(word)) process.kill(pid, 'SIGKILL');
  });

const SLOW = { timeout: 240_000 };

describe.skipIf(process.platform === 'win32')('a fault in Node', SLOW, () => {
  it('a child that is killed is a crash, with its phase, and the next one works', async () => {
    expect(await run(NODE, 30_000, killAt('baseline', 'child.mjs'))).toMatchObject({
      kind: 'crash',
      reason: expect.stringMatching(/SIGKILL.*the system did, as it does when memory runs out: use a/),
      // The child may get on while it is being killed.
      phase: expect.stringMatching(/baseline|open|first|second|steady|inspect|close/),
    });
    expect(await run(NODE, 30_000, () => {})).toMatchObject({ kind: 'reply', reply: { placement: { device: 'cpu' } } });
  });

  it('a child whose heap is full is a crash that names memory and says what to do', async () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=16' };
    const host = nodeHost(await bundleChild(OWN_PACKAGES), folder, () => env, STEP_LIMIT);
    // More than the heap, by the number of its stages.
    const { network } = visitOf('resnet20.seed0', NODE, 32, {});
    const taps = Array.from({ length: 400_000 }, (_, i) => ({ stage: `stage${i}`, name: `node${i}`, shape: [1, i] }));
    const job = jobOf('resnet20.seed0', NODE, 32, { network: { ...network, taps } });
    expect(await host.run(job, 30_000, () => {})).toMatchObject({
      kind: 'crash',
      reason: expect.stringMatching(/^out of memory: .*SIGABRT.*JavaScript heap out of memory; use a smaller batch/),
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'a runtime that cannot allocate says so, in the same words (Linux alone has prlimit)',
    async () => {
      const large = join(folder, 'large.onnx');
      const size = 2048;
      const shape = { precision: 'fp32', form: 'folded', batch: 1, size } as const;
      const source = { format: 'architecture', model: 'resnet20.seed0', files: [] } as const;
      const exports = [{ path: large, format: 'onnx', ...shape }] as const;
      await hosts.prepare({ model: 'resnet20.seed0', source, exports, truths: [] });
      const limitMemory = (phase: string) => {
        const [child] = phase === 'open' ? descendants('child.mjs') : [];
        if (child === undefined) return;
        // As much as it has, and 600 MiB: the first layers alone take more.
        const [, kilobytes] = readFileSync(`/proc/${child}/status`, 'utf8').match(/VmSize:\s+(\d+)/) ?? [];
        execFileSync('prlimit', ['--pid', `${child}`, `--as=${Number(kilobytes) * 1024 + 600 * 2 ** 20}`]);
      };
      const { network } = visitOf('resnet20.seed0', NODE, size, {});
      const more = { size, network, model: loaded(large), truth: undefined };
      expect(await run(NODE, 90_000, limitMemory, more)).toMatchObject({
        kind: 'reply',
        phase: 'first',
        reply: {
          error: expect.stringMatching(/^out of memory: .*[Ff]ailed to allocate memory.*; use a smaller batch/),
        },
      });
      expect(await run(NODE, 30_000, () => {})).toMatchObject({ reply: { placement: { device: 'cpu' } } });
    },
  );

  it('a child that does not answer in time is a timeout', async () => {
    expect(await run(NODE, 1, () => {})).toMatchObject({ kind: 'timeout', seconds: 0.001 });
  });
});

describe.skipIf(process.platform === 'win32')('a fault in the browser', SLOW, () => {
  it('a page that crashes is a crash, with its phase, and the next one works', async (context) => {
    needBrowser(context);
    expect(await run(WASM, 30_000, killAt('opened', '--type=renderer'))).toMatchObject({
      kind: 'crash',
      phase: 'opened',
    });
    expect(await run(WASM, 30_000, () => {})).toMatchObject({
      kind: 'reply',
      reply: { placement: { device: 'wasm' } },
    });
  });

  it.for<[string, RegExp]>([
    ['chrome://crash', /^the page crashed \(crashed, SIGSEGV\)$/],
    ['chrome://kill', /^the page crashed \(killed, SIG(TERM|KILL)\)/],
    ['chrome://memory-exhaust', /^the page crashed \(.*\); Chrome ends a page like this when memory runs out: use a/],
  ])('a page at %s is a crash that says how', async ([url, reason], context) => {
    needBrowser(context);
    expect(
      await run(
        row('tfjs/webgl'),
        90_000,
        at('latency', () => navigate(url)),
        LONG,
      ),
    ).toMatchObject({
      kind: 'crash',
      phase: 'latency',
      reason: expect.stringMatching(reason),
    });
  });

  it('a page that does not answer in time is a timeout', async (context) => {
    needBrowser(context);
    expect(await run(WASM, 1, () => {})).toMatchObject({ kind: 'timeout' });
  });

  it('a browser that is killed is a crash', async (context) => {
    needBrowser(context);
    expect(await run(WASM, 30_000, killAt('opened', '--remote-debugging'))).toMatchObject({ kind: 'crash' });
  });

  it.for(GPUS)('a GPU process that is killed under %s is told as a loss', async (id, context) => {
    needBrowser(context);
    const outcome = await run(row(id), 60_000, killAt('first', '--type=gpu-process'));
    expect(outcome).toMatchObject({ kind: 'reply', reply: { error: expect.stringMatching(LOST), fix: undefined } });
    expect(await run(row(id), 60_000, () => {})).toMatchObject({ reply: { placement: { device: row(id).device } } });
  });

  const nowhere = { origin: 'http://127.0.0.1:1', token: '' };

  it('a browser that is stopped as it launches is a timeout, and ends', async () => {
    const path = join(folder, 'stopped.sh');
    writeFileSync(path, '#!/bin/sh\nkill -STOP $$\n', { mode: 0o755 });
    const host = browserHost({ path, flags: [] }, nowhere, 1500);
    const outcome = await host.run(jobOf('resnet20.seed0', WASM, 32, {}), 10_000, () => {});
    expect(outcome).toEqual({ kind: 'timeout', seconds: 1.5, phase: 'launch' });
    expect(descendants('stopped.sh')).toEqual([]);
  });

  it('a browser that is stopped while it computes is a timeout, and ends', async (context) => {
    needBrowser(context);
    const stop = at('opened', () => {
      for (const pid of descendants('--remote-debugging-pipe')) process.kill(pid, 'SIGSTOP');
    });
    expect(await run(WASM, 6000, stop)).toMatchObject({ kind: 'timeout', seconds: 6, phase: 'opened' });
    expect(descendants('--remote-debugging-pipe')).toEqual([]);
  });

  it('a browser that dies at launch is a crash', async () => {
    const host = browserHost({ path: '/bin/false', flags: [] }, nowhere, LAUNCH_LIMIT_MS);
    const outcome = await host.run(jobOf('resnet20.seed0', WASM, 32, {}), 10_000, () => {});
    expect(outcome).toMatchObject({ kind: 'crash', phase: 'launch' });
  });
});
