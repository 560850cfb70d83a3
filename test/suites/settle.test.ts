import { describe, expect, it } from 'vitest';
import { evaluateNode } from '../../reference/evaluate.ts';
import { INPUT, inferShapes, type Node } from '../../reference/graph.ts';
import { FLOAT32, truth } from '../../reference/judge/bounds.ts';
import { emulateNode } from '../../reference/judge/emulate.ts';
import { loadModel } from '../../reference/models/load.ts';
import type { Tensor } from '../../reference/tensor.ts';
import { encodeTruths } from '../../reference/truthfile.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { INPUTS, type Visit } from '../../suites/contract/visit.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import { DEFECTS, type Defect } from '../saboteur.ts';
import { execute, MADE_UP, toolsOf, visitOf } from '../visit.ts';

const MODEL = 'resnet20.seed0';
const { graph, weights } = loadModel(MODEL, undefined);
const shapes = inferShapes(graph, 1, 32);
const inputs = Array.from({ length: INPUTS }, (_, i) => seededTensor(i, 1, 3, 32));
const wanted = new Map([...graph.stages, ['logits', graph.output]]);
const truths = await encodeTruths(inputs.map((input) => truth({ graph, weights, input }, wanted, FLOAT32)));
const visit = visitOf(MODEL, MADE_UP, 32, {
  suites: ['conformance', 'latency'],
  truth: 'truth',
  warmup: 2,
  samples: 1,
});

/** A fault of a call: what computes a node's output, if not the operator. */
type Fault = (
  node: Node,
  about: { readonly taps: ReadonlySet<string>; readonly input: number; readonly call: number },
) => Defect | undefined;

/** A float32 runtime that computes all nodes rightly but those with a fault. */
function module(fault: Fault): BackendModule {
  return {
    start: async () => ({
      open: async ({ taps }) => {
        let call = 0;
        const names = new Set(taps.map(({ name }) => name));
        const compute = (input: Float32Array) => {
          call++;
          const index = inputs.findIndex(({ data }) => data[0] === input[0]);
          const values = new Map<string, Tensor>([[INPUT, { shape: [1, 3, 32, 32], data: Float64Array.from(input) }]]);
          for (const node of graph.nodes) {
            const read = node.inputs.flatMap((name) => values.get(name) ?? []);
            const shape = shapes.get(node.name) ?? [];
            const { data } = (fault(node, { taps: names, input: index, call }) ?? evaluateNode)(
              node,
              read,
              weights,
              shape,
            );
            values.set(node.name, { shape, data: data.map(Math.fround) });
          }
          return (name: string) => values.get(name)?.data ?? new Float64Array(0);
        };
        return {
          prepare: (input) => input,
          run: async (input) => compute(input)(graph.output),
          async tap(input) {
            const of = compute(input);
            return new Map(taps.map(({ stage, name }) => [stage, of(name)]));
          },
          placement: async () => ({ device: 'cpu', proof: 'a test', nodes: { test: 1 }, notes: [] }),
          close: async () => {},
        };
      },
    }),
  };
}

async function judgedWith(fault: Fault, more: Partial<Visit> = {}) {
  const tools = toolsOf({ read: async () => new Uint8Array(truths) });
  const asked = { ...visit, ...more };
  const outcomes = judgeVisit(MADE_UP, asked.suites, await execute(asked, MADE_UP, module(fault), tools));
  const [conformance, latency] = [outcomes.get('conformance'), outcomes.get('latency')];
  const settled =
    conformance && 'result' in conformance && conformance.result.suite === 'conformance'
      ? conformance.result.settled
      : undefined;
  return { conformance, latency, settled };
}

const scaled =
  (factor: number): Defect =>
  (node, read, of, shape) => {
    const { data } = evaluateNode(node, read, of, shape);
    return { shape, data: data.map((value) => value * factor) };
  };
const AT = 'layer2.1.conv1';
const at =
  (name: string, defect: Defect | undefined): Fault =>
  (node) =>
    node.name === name ? defect : undefined;

describe('settling an output beyond its limit', { timeout: 60_000 }, () => {
  it('needs nothing where all is right', async () => {
    expect(await judgedWith(() => undefined)).toMatchObject({ conformance: { status: 'ok' }, settled: undefined });
  });

  it('names the node that breaks its worst case, fed its own input', async () => {
    const { conformance, latency, settled } = await judgedWith(at(AT, DEFECTS['one channel 1 % too large']));
    expect(settled).toMatchObject({ node: AT, ops: ['Conv'], how: 'nodes', input: 0 });
    expect(conformance).toMatchObject({
      status: 'wrong',
      reason: expect.stringMatching(
        /^layer2\.1\.conv1 \(Conv\), fed its own measured input: error .*seen in layer2: relative L2/,
      ),
    });
    expect(latency).toMatchObject({
      status: 'wrong',
      reason: expect.stringMatching(/^its session gave a wrong output/),
    });
  });

  it('finds a fusion that goes wrong only where its values are no outputs', async () => {
    const relu = graph.nodes.find(({ op, name }) => op === 'Relu' && name.startsWith('layer2.1'))?.name ?? '';
    const before = graph.nodes.find(({ name }) => name === relu)?.inputs[0] ?? '';
    const found = await judgedWith((node, { taps }) =>
      node.name === relu && !taps.has(before) ? DEFECTS['missing ReLU'] : undefined,
    );
    expect(found.settled).toMatchObject({ node: relu, how: 'fused' });
    expect(found.conformance).toMatchObject({ status: 'wrong', reason: expect.stringContaining('→ Relu)') });
  });

  it('runs the input that failed, after the other one where that is needed', async () => {
    const second = await judgedWith((node, { input }) => (node.name === AT && input === 1 ? scaled(1.01) : undefined));
    expect(second.settled).toMatchObject({ node: AT, input: 1 });
    const later = await judgedWith((node, { call }) => (node.name === AT && call > 1 ? scaled(1.01) : undefined));
    expect(later.settled).toMatchObject({ node: AT, how: 'nodes' });
  });

  it('leaves what no worst case proves suspect, and says what was tried', async () => {
    const { conformance, latency, settled } = await judgedWith(at(AT, scaled(1 + 2e-5)));
    expect(settled).toEqual({
      undecided: expect.stringMatching(
        /^with every value as outputs, all \d+ pieces of it are within their worst case; /,
      ),
      odd: { node: AT, ops: ['Conv'], ratio: expect.any(Number) },
    });
    expect(conformance).toMatchObject({
      status: 'suspect',
      reason: expect.stringMatching(
        /^layer2: relative L2 .* not proven wrong: layer2\.1\.conv1 \(Conv\).*× beyond what right.*npm run locate/,
      ),
    });
    expect(latency).toMatchObject({ status: 'suspect', reason: expect.stringMatching(/^its session gave a suspect/) });
  });

  it('is right, if less exact, where every convolution is computed by Winograd’s algorithm', async () => {
    const [direct] = FLOAT32.ways.direct;
    if (direct === undefined) throw new Error('no way to compute');
    const winograd: Defect = (node, read, of, shape) =>
      emulateNode(
        { node, inputs: read as [Tensor], weights: of, shape },
        { ...direct, winograd: 4, order: { seed: 3 } },
      );
    const { conformance, settled } = await judgedWith(({ op }) => (op === 'Conv' ? winograd : undefined));
    expect(settled).toEqual({ lessExact: graph.nodes.length });
    expect(conformance?.status).toBe('ok');
  });

  it('accuses nobody of one odd call that it cannot repeat', async () => {
    const { settled } = await judgedWith((node, { taps, call }) =>
      node.name === AT && taps.size === graph.stages.size && call === 2 ? scaled(1.01) : undefined,
    );
    expect(settled).toEqual({ undecided: expect.stringMatching(/^with every value as outputs, it is right;/) });
  });

  it('ends in time, and says what was left out', async () => {
    const { settled } = await judgedWith(at(AT, scaled(1.01)), { limitMs: 0 });
    expect(settled).toEqual({ undecided: 'time ended before a run with every value as outputs' });
  });
});
