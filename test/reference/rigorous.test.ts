import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { evaluate, evaluateNode } from '../../reference/evaluate.ts';
import { writeOnnx } from '../../reference/formats/onnx/write.ts';
import { type Graph, INPUT, type Node, type OpOf } from '../../reference/graph.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { isRight } from '../../reference/judge/verdict.ts';
import { rigorousBound } from '../../reference/judge/worst-case.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { gamma } from '../../reference/ops/rounding.ts';
import { random } from '../../reference/random.ts';
import { nchw, type Tensor } from '../../reference/tensor.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { judgeElements } from './elements.ts';

const rounded = (x: Tensor): Tensor => ({ shape: x.shape, data: x.data.map(Math.fround) });

describe('rigorous bounds', () => {
  it('are γₙ = n·u/(1 − n·u), and refuse what cannot be bounded', () => {
    expect(gamma(1, 0.25)).toBeCloseTo(1 / 3, 15);
    expect(gamma(100, 2 ** -24)).toBeGreaterThan(100 * 2 ** -24);
    expect(() => gamma(2 ** 12, 2 ** -12)).toThrow('no bound');
  });

  // Cancellation is where a relative tolerance fails and this must not.
  it.each([1, -1])('admit a dot product summed in float32 in either order, with heavy cancellation (%i)', (order) => {
    const next = random(7);
    const k = 1000;
    const node: OpOf<'Gemm'> & { name: string; inputs: string[] } = {
      name: 'fc',
      inputs: [INPUT],
      op: 'Gemm',
      in: k,
      out: 1,
    };
    for (let trial = 0; trial < 50; trial++) {
      const x = Float64Array.from({ length: k }, () => Math.fround((next() - 0.5) * 2 ** (20 * next())));
      const weight = Float32Array.from({ length: k }, () => next() - 0.5);
      const weights = new Map([
        ['fc.weight', weight],
        ['fc.bias', Float32Array.of(next())],
      ]);
      const input = { shape: [1, k], data: x };
      const exact = evaluateNode(node, [input], weights, [1, 1]);
      const indices = Array.from({ length: k }, (_, i) => (order > 0 ? i : k - 1 - i));
      let sum = 0;
      for (const i of indices) sum = Math.fround(sum + Math.fround((x[i] ?? 0) * (weight[i] ?? 0)));
      sum = Math.fround(sum + (weights.get('fc.bias')?.[0] ?? 0));
      const allowed = rigorousBound({ node, inputs: [input], output: exact, weights }, [new Float64Array(k)], FLOAT32);
      const verdict = judgeElements([sum], exact.data, allowed);
      expect(isRight(verdict), `${verdict.ratio}`).toBe(true);
    }
  });
});

/** A node as a graph of its own. */
function alone(node: Node, channels: number): Graph {
  return { name: node.name, channels, nodes: [{ ...node, inputs: [INPUT] }], output: node.name, stages: new Map() };
}

describe('every kind of node of the family, alone in onnxruntime-node', { timeout: 120_000 }, () => {
  it.each(['resnet20', 'resnet18', 'resnet50', 'resnext50_32x4d'])('%s keeps its rigorous bound', async (id) => {
    const row = findModel(id);
    if (row === undefined) throw new Error(id);
    const graph = buildModel(row);
    const weights = seededWeights(graph, 0);
    const input: Tensor = seededTensor(0, 1, 3, 32);
    const values = evaluate(graph, weights, input).set(INPUT, input);
    const seen = new Set<string>();
    let judged = 0;
    for (const node of graph.nodes) {
      const source = values.get(node.inputs[0] ?? '');
      if (source === undefined || source.shape.length !== 4 || node.op === 'Add' || node.op === 'Gemm') continue;
      const kind = JSON.stringify({ ...node, name: '', inputs: source.shape });
      if (seen.has(kind)) continue;
      seen.add(kind);
      const x = rounded(source);
      const [, channels, size] = nchw(x.shape);
      const graphOfOne = alone(node, channels);
      const session = await ort.InferenceSession.create(writeOnnx(graphOfOne, weights, 1, size), {
        graphOptimizationLevel: 'disabled',
      });
      const outputs = await session.run({ input: new ort.Tensor('float32', Float32Array.from(x.data), [...x.shape]) });
      const exact = evaluate(graphOfOne, weights, x).get(node.name);
      if (exact === undefined) throw new Error(node.name);
      const allowed = rigorousBound(
        { node, inputs: [x], output: exact, weights },
        [new Float64Array(x.data.length)],
        FLOAT32,
      );
      const verdict = judgeElements((await outputs[node.name]?.getData()) as Float32Array, exact.data, allowed);
      expect(isRight(verdict), `${node.name} ${kind}: ${verdict.ratio}`).toBe(true);
      judged++;
      await session.release();
    }
    expect(judged).toBeGreaterThanOrEqual(8);
  });
});
