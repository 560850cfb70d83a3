import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, type TestContext } from 'vitest';
import { writeGraphModel } from '../../reference/formats/graph-model/write.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { FLOAT32, type Truth, truth } from '../../reference/judge/bounds.ts';
import { whyUnsound } from '../../reference/judge/sound.ts';
import { loadModel } from '../../reference/models/load.ts';
import { parameter, type Weights } from '../../reference/tensor.ts';
import { encodeTruths } from '../../reference/truthfile.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import { findBackend } from '../../suites/backends/backends.ts';
import { describe as describeNetwork } from '../../suites/contract/network.ts';
import { INPUTS } from '../../suites/contract/visit.ts';
import { type Hosts, openHosts } from '../../suites/engine/hosts.ts';
import { completed, judgeVisit } from '../../suites/engine/judge.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { type ResultOf, resultSchema } from '../../suites/suites.ts';
import { needBrowser } from '../browser.ts';
import { jobOf, loaded } from '../visit.ts';

// A small network whose weights drive a layer beyond float32's range, through real runtimes, judge and reports.
const SIZE = 32;
const MODEL = 'resnet20.seed0';
const { graph, weights } = loadModel(MODEL, undefined);

/** The weights with some of them changed. */
function changed(changes: { [name: string]: (value: number) => number }): Weights {
  const copy = new Map(weights);
  for (const [name, change] of Object.entries(changes)) copy.set(name, parameter(weights, name).map(change));
  return copy;
}

const NETWORKS = {
  // 1e39 in the middle, brought back to order one by what follows: the truth has no trace of it.
  hidden: changed({
    'layer2.1.conv1.weight': (value) => value * 1e39,
    'layer2.1.conv2.weight': (value) => value * 1e-20,
    'layer2.1.bn2.weight': (value) => value * 1e-19,
  }),
  // Logits of 1e39, all of one sign, so that no order of summation makes NaN of them.
  classifier: changed({ 'linear.weight': (value) => Math.abs(value) * 1e39 }),
};
type Network = keyof typeof NETWORKS;

const folder = mkdtempSync(join(tmpdir(), 'resnet-saturating-'));
const BACKENDS = ['ort-node/cpu', 'ort-web/wasm', 'tfjs/wasm'];

const life = lifetime();
let hosts: Hosts;
beforeAll(async () => {
  for (const [name, values] of Object.entries({ classifier: NETWORKS.classifier })) {
    writeFileSync(join(folder, `${name}.onnx`), writeOnnx(graph, values, 1, SIZE));
    const { json, weights: bytes } = writeGraphModel(graph, values, SIZE);
    const own = { ...json, weightsManifest: json.weightsManifest.map((one) => ({ ...one, paths: [`${name}.bin`] })) };
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(own));
    writeFileSync(join(folder, `${name}.bin`), bytes);
    const wanted = new Map([...graph.stages, ['logits', graph.output]]);
    const shape = [1, graph.channels, SIZE, SIZE];
    const truths = Array.from({ length: INPUTS }, (_, i) => {
      const data = Float64Array.from(seededInput(i, 1, graph.channels, SIZE));
      return truth({ graph, weights: values, input: { shape, data } }, wanted, FLOAT32);
    });
    writeFileSync(join(folder, `${name}.truth`), await encodeTruths(truths));
  }
  const rows = BACKENDS.flatMap((id) => findBackend(id) ?? []);
  hosts = await openHosts(rows, inject('browser'), { mounts: { '/work/': folder }, logs: folder }, life);
});
afterAll(async () => {
  await life.end();
  rmSync(folder, { recursive: true, force: true });
});

async function conformance(network: Network, backend: string, context: TestContext) {
  const row = findBackend(backend);
  if (row === undefined) throw new Error(backend);
  if (row.host === 'browser') needBrowser(context);
  const place = hosts.of(row);
  if ('reason' in place) throw new Error(place.reason);
  const file = (extension: string) => place.locate(join(folder, `${network}.${extension}`));
  const job = jobOf(MODEL, row, SIZE, {
    network: describeNetwork(graph, new Map(), 1, SIZE),
    ...{ precision: 'fp32-bn', suites: ['conformance'], threads: 2, warmup: 2, samples: 1 },
    model: loaded(file(row.format === 'onnx' ? 'onnx' : 'json')),
    truth: file('truth'),
  });
  const ended = await place.host.run(job, 120_000, () => {});
  if (ended.kind !== 'reply' || !('results' in ended.reply)) throw new Error(JSON.stringify(ended));
  const outcome = judgeVisit(row, job.visit.suites, {
    ...ended.reply,
    results: completed(ended.reply.results, ended.facts).results,
  }).get('conformance');
  if (outcome === undefined || !('result' in outcome)) throw new Error(JSON.stringify(outcome));
  // What the run file would hold.
  const result = resultSchema.parse(JSON.parse(JSON.stringify(outcome.result))) as ResultOf<'conformance'>;
  return { outcome: { ...outcome, result } as Outcome, checks: result.checks };
}

describe('a network that leaves float32’s range', { timeout: 160_000 }, () => {
  it('accuses no runtime where sums overflow on the way to a truth within the range', () => {
    const shape = [1, graph.channels, SIZE, SIZE];
    const data = Float64Array.from(seededInput(0, 1, graph.channels, SIZE));
    const wanted = new Map([...graph.stages, ['logits', graph.output]]);
    const truths = truth({ graph, weights: NETWORKS.hidden, input: { shape, data } }, wanted, FLOAT32);
    const why = (tap: string) => whyUnsound(truths.get(tap) as Truth);
    expect(why('layer1')).toBeUndefined();
    expect(why('logits')).toMatch(/^float32 overflows on the way to it/);
  });

  for (const backend of BACKENDS)
    it(`is right on ${backend} where infinity is the right answer, though no figure covers it`, async (context) => {
      const { outcome, checks } = await conformance('classifier', backend, context);
      expect(outcome.status).toBe('ok');
      expect(checks.find((check) => check.tensor === 'logits')).toMatchObject({
        ...{ special: 10, nonfinite: 0, lost: 0, relativeL2: null, top1: { agree: 0, of: 0 } },
      });
    });
});
