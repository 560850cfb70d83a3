import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Hosts, openHosts } from '../../scripts/hosts.ts';
import type { BackendRow } from '../../suites/backend.ts';
import { findBackend } from '../../suites/backends/registry.ts';
import { browserHost } from '../../suites/hosts/browser.ts';
import type { VisitOutcome } from '../../suites/hosts/host.ts';
import { prepare } from '../../suites/hosts/node.ts';
import { needBrowser } from '../browser.ts';
import { visitOf } from '../visit.ts';

// Real processes, really killed: each fault must become an outcome, and the next visit must work.

const folder = mkdtempSync(join(tmpdir(), 'resnet-faults-'));
const onnx = join(folder, 'model.onnx');
const graph = join(folder, 'tf', 'model.json');
const truth = join(folder, 'truth.bin');

const row = (id: string): BackendRow => {
  const found = findBackend(id);
  if (found === undefined) throw new Error(id);
  return found;
};
const NODE = row('ort-node/cpu');
const WASM = row('tfjs/wasm');
const WEBGL = row('tfjs/webgl');

let hosts: Hosts;
beforeAll(async () => {
  hosts = await openHosts([NODE, WASM], inject('browser'), { '/work/': folder }, folder);
  const shape = { precision: 'fp32', batch: 1, size: 32 };
  const exports = [
    { path: onnx, format: 'onnx', ...shape },
    { path: graph, format: 'graph-model', ...shape },
  ] as const;
  await prepare(hosts.bundle, {
    model: 'resnet20.seed0',
    source: { format: 'architecture', model: 'resnet20.seed0', files: [] },
    exports,
    truths: [{ path: truth, batch: 1, size: 32 }],
  });
});
afterAll(async () => {
  await hosts?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(backend: BackendRow, limit: number, onPhase: (phase: string) => void): Promise<VisitOutcome> {
  const place = hosts.of(backend);
  if ('reason' in place) throw new Error(place.reason);
  const model = place.locate(backend.format === 'onnx' ? onnx : graph);
  const visit = visitOf('resnet20.seed0', backend, 32, {
    ...{ suites: ['conformance'], budget: 10_000, samples: 2, sampling: 100 },
    files: { model, external: [], truth: place.locate(truth), images: '' },
  });
  return place.host.run(visit, backend, limit, onPhase);
}

/** Kills this process' descendants whose command line holds a word. */
function killDescendants(word: string): void {
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
  for (const { pid, command } of all) if (ours.has(pid) && command.includes(word)) process.kill(pid, 'SIGKILL');
}

const killAt = (phase: string, word: string) => (now: string) => {
  if (now === phase) killDescendants(word);
};

const SLOW = { timeout: 120_000 };

describe.skipIf(process.platform === 'win32')('a fault in Node', SLOW, () => {
  it('a child that is killed is a crash, with its phase, and the next one works', async () => {
    expect(await run(NODE, 30_000, killAt('baseline', 'child.mjs'))).toMatchObject({
      kind: 'crash',
      reason: expect.stringContaining('SIGKILL'),
      // The child may get on while it is being killed.
      phase: expect.stringMatching(/baseline|open|first|second|steady|inspect|close/),
    });
    expect(await run(NODE, 30_000, () => {})).toMatchObject({ kind: 'reply', reply: { placement: { device: 'cpu' } } });
  });

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

  it('a page that does not answer in time is a timeout', async (context) => {
    needBrowser(context);
    expect(await run(WASM, 1, () => {})).toMatchObject({ kind: 'timeout' });
  });

  it('a browser that is killed is a crash', async (context) => {
    needBrowser(context);
    expect(await run(WASM, 30_000, killAt('opened', '--remote-debugging'))).toMatchObject({ kind: 'crash' });
  });

  it('a GPU process that is killed is no answer', async (context) => {
    needBrowser(context);
    const outcome = await run(WEBGL, 20_000, killAt('first', '--type=gpu-process'));
    if (outcome.kind === 'reply') expect(outcome.reply).not.toHaveProperty('results');
    else expect(['crash', 'timeout']).toContain(outcome.kind);
  });

  it('a browser that dies at launch is a crash', async () => {
    const host = browserHost('/bin/false', 'http://127.0.0.1:1');
    const visit = visitOf('resnet20.seed0', WASM, 32, {});
    expect(await host.run(visit, WASM, 10_000, () => {})).toMatchObject({ kind: 'crash', phase: 'launch' });
  });
});
