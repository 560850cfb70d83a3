import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { type Graph, INPUT } from '../../reference/graph.ts';
import { seededWeights } from '../../reference/weights/seeded.ts';
import { findBackend } from '../../suites/backends/backends.ts';
import { describe as describeNetwork } from '../../suites/contract/network.ts';
import { type Hosts, openHosts } from '../../suites/engine/hosts.ts';
import { completed, judgeVisit } from '../../suites/engine/judge.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { needBrowser } from '../browser.ts';
import { jobOf, loaded } from '../visit.ts';

// Real runtimes on an operator that their GPU providers have and one that they lack.

const SIZE = 8;
const CONV = { op: 'Conv', kernel: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1], group: 1, bias: true } as const;
const graph: Graph = {
  ...{ name: 'fallback', channels: 3, output: 'gemm', stages: new Map() },
  nodes: [
    { name: 'conv1', inputs: [INPUT], ...CONV, in: 3, out: 4 },
    { name: 'relu', inputs: ['conv1'], op: 'Relu' },
    { name: 'conv2', inputs: ['relu'], ...CONV, in: 4, out: 4 },
    { name: 'pool', inputs: ['conv2'], op: 'GlobalAveragePool' },
    { name: 'flat', inputs: ['pool'], op: 'Flatten' },
    { name: 'gemm', inputs: ['flat'], op: 'Gemm', in: 4, out: 5 },
  ],
};

/** The network with another operator of four letters in the place of Relu. */
function withOperator(op: 'Relu' | 'Sign'): Uint8Array {
  const bytes = Buffer.from(writeOnnx(graph, seededWeights(graph, 0), 1, SIZE));
  // The first node's name is `relu`; operators begin with a capital.
  bytes.write(op, bytes.indexOf('Relu'), 'latin1');
  return bytes;
}

const folder = mkdtempSync(join(tmpdir(), 'resnet-placement-'));
const rows = ['ort-web/webgpu', 'ort-web/webgpu-jsep', 'ort-node/webgpu'].flatMap((id) => findBackend(id) ?? []);

const life = lifetime();
let hosts: Hosts;
beforeAll(async () => {
  for (const op of ['Relu', 'Sign'] as const) {
    mkdirSync(join(folder, op));
    writeFileSync(join(folder, op, 'model.onnx'), withOperator(op));
  }
  hosts = await openHosts(rows, inject('browser'), { mounts: { '/work/': folder }, logs: folder }, life);
});
afterAll(async () => {
  await life.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('a network on a GPU', { timeout: 120_000 }, () => {
  for (const row of rows)
    it(`is a fallback on ${row.id} where one operator is the processor's`, async (context) => {
      needBrowser(context);
      const place = hosts.of(row);
      if ('reason' in place) throw new Error(place.reason);
      const outcomeWith = async (op: 'Relu' | 'Sign') => {
        const job = jobOf('resnet20.seed0', row, SIZE, {
          ...{ suites: ['startup'], budgetMs: 1, network: describeNetwork(graph, new Map(), 1, SIZE) },
          model: loaded(place.locate(join(folder, op, 'model.onnx'))),
        });
        const outcome = await place.host.run(job, 60_000, () => {});
        if (outcome.kind !== 'reply' || !('results' in outcome.reply)) throw new Error(JSON.stringify(outcome));
        return judgeVisit(row, ['startup'], {
          ...outcome.reply,
          results: completed(outcome.reply.results, outcome.facts).results,
        }).get('startup');
      };
      expect(await outcomeWith('Relu')).toMatchObject({
        status: 'ok',
        placement: { device: 'webgpu', fallbacks: 0, copies: 0 },
      });
      const fallen = await outcomeWith('Sign');
      expect(fallen).toMatchObject({
        status: 'fallback',
        reason: expect.stringContaining('1 on CPUExecutionProvider'),
        // To the processor and back.
        placement: { device: 'webgpu+cpu', fallbacks: 1, copies: 2, nodes: { CPUExecutionProvider: 1 } },
      });
    });
});
