import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { openModel } from '../../reference/models/load.ts';
import { networkAfter } from '../../reference/passes/pass.ts';
import { passesOf } from '../../reference/precisions/notation.ts';
import { decodeTruths, encodeTruths } from '../../reference/truthfile.ts';
import { findBackend } from '../../suites/backends/backends.ts';
import { start } from '../../suites/backends/ort.node.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { prepareFiles } from '../../suites/engine/artefacts.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import { execute, loaded, smallJob, toolsOf, visitOf } from '../visit.ts';

// Settling with a real runtime: what it computes rightly is never accused, and what it computes wrongly is named.

const folder = mkdtempSync(join(tmpdir(), 'resnet-settle-'));
const { onnx, truth, job } = smallJob(folder);
const spoilt = join(folder, 'spoilt.onnx');
const NODE = 'layer2.1.conv1';

beforeAll(async () => {
  await prepareFiles(job, async () => {});
  const read = (await openModel(job.source, readFile)).at(1, 32);
  const { graph, weights } = networkAfter(passesOf({ precision: 'fp32', form: 'folded' }), read);
  const changed = weights.get(`${NODE}.weight`)?.map((value) => value * 1.02) ?? new Float32Array(0);
  writeFileSync(spoilt, writeOnnx(graph, new Map(weights).set(`${NODE}.weight`, changed), 1, 32));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function conformance(module: BackendModule, truths: Uint8Array) {
  const row = findBackend('ort-node/cpu');
  if (row === undefined) throw new Error('no row');
  const visit = visitOf('resnet20.seed0', row, 32, { suites: ['conformance'], model: loaded(onnx) });
  const tools = toolsOf({ read: async (path) => Uint8Array.from(path === truth ? truths : await readFile(path)) });
  return judgeVisit(row, ['conformance'], await execute({ ...visit, truth }, row, module, tools)).get('conformance');
}

it('accuses no node of ONNX Runtime where the truth is another one', { timeout: 60_000 }, async () => {
  const known = await decodeTruths(await readFile(truth));
  const moved = known.map(
    (taps) =>
      new Map(
        [...taps].map(([name, truth]) => {
          const { value } = truth;
          const data = name === 'logits' ? value.data.map((one) => one * 1.01) : value.data;
          return [name, { ...truth, value: { ...value, data } }];
        }),
      ),
  );
  const outcome = await conformance({ start }, new Uint8Array(await encodeTruths(moved)));
  expect(outcome).toMatchObject({
    status: 'suspect',
    reason: expect.stringMatching(
      /^logits: .* not proven wrong: each of the \d+ nodes, fed its own measured input, is as exact as right implementations; /,
    ),
  });
});

it('names the node of a file that a real runtime got wrong', { timeout: 60_000 }, async () => {
  const module: BackendModule = {
    async start(row, tools, ready) {
      const { open } = await start(row, { ...tools, read: () => readFile(spoilt) as never }, ready);
      return { open: (options) => open({ ...options, location: spoilt }) };
    },
  };
  const outcome = await conformance(module, await readFile(truth));
  expect(outcome).toMatchObject({
    status: 'wrong',
    reason: expect.stringMatching(/^layer2\.1\.conv1 \(Conv\), fed its own measured input: error .*; seen in layer2: /),
  });
});
