import { describe, expect, it } from 'vitest';
import { evaluate, evaluateNode } from '../../reference/evaluate.ts';
import { type Graph, INPUT, inferShapes } from '../../reference/graph.ts';
import { FLOAT32, type Truth, truth } from '../../reference/judge/bounds.ts';
import { emulate } from '../../reference/judge/emulate.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import type { Way } from '../../reference/ops/way.ts';
import { foldBatchNorm } from '../../reference/passes/fold-batch-norm.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';

const row = findModel('resnet20');
if (row === undefined) throw new Error('no resnet20');
const graph = buildModel(row);
const weights = seededWeights(graph, 0);
const input: Tensor = seededTensor(0, 2, 3, 32);
const wanted = new Map([...graph.stages, ['logits', graph.output]]);
const truths = truth({ graph, weights, input }, wanted, FLOAT32);
const logits = truths.get('logits');
if (logits === undefined) throw new Error('no logits');

/** A float32 runtime: every node's output is rounded to float32 before the next reads it. */
function rounded(form: { graph: Graph; weights: Weights }): Map<string, Tensor> {
  const shapes = inferShapes(form.graph, 2, 32);
  const values = new Map<string, Tensor>([[INPUT, input]]);
  for (const node of form.graph.nodes) {
    const inputs = node.inputs.map((name) => values.get(name)).filter((value) => value !== undefined);
    const exact = evaluateNode(node, inputs, form.weights, shapes.get(node.name) ?? []);
    values.set(node.name, { shape: exact.shape, data: exact.data.map(Math.fround) });
  }
  return values;
}

describe('limits from emulations', () => {
  it.each([
    ['kept', { graph, weights }],
    ['folded', foldBatchNorm(graph, weights)],
  ])('admits an evaluation rounded to float32 at every node, with batch normalisation %s', (_, form) => {
    const values = rounded(form);
    for (const [tap, one] of truths) {
      const node = wanted.get(tap) ?? '';
      const verdict = judge(values.get(node)?.data ?? [], one);
      expect(verdict.error, tap).toBeGreaterThan(0);
      expect(isRight(verdict), `${tap}: ${verdict.ratio}`).toBe(true);
    }
  });

  it('allows so little that it is of use: a millionth of the largest logit, not a thousandth', () => {
    const largest = logits.value.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(logits.allowed.reduce((most, value) => Math.max(most, value), 0) / largest).toBeLessThan(3e-5);
  });

  it('admits a batch whose last image is a thousand times larger than the others', () => {
    const { shape, data } = seededTensor(0, 4, 3, 32);
    const uneven = { shape, data: data.map((value, i) => (i < (3 * data.length) / 4 ? value : 1000 * value)) };
    const [direct] = FLOAT32.ways.direct;
    const folded = foldBatchNorm(graph, weights);
    const expected = truth({ graph, weights, input: uneven }, wanted, FLOAT32).get('logits') as Truth;
    let output: Tensor | undefined;
    emulate({ ...folded, input: uneven }, { ...(direct as Way), order: { seed: 11 } }, (_, value) => {
      output = value;
    });
    expect(judge(output?.data ?? [], expected).ratio).toBeLessThan(1);
  });

  const scaled = (name: string, factor: number, channel: number): Weights => {
    const copy = new Map(weights);
    const data = (weights.get(name) ?? new Float32Array(0)).slice();
    const node = graph.nodes.find((one) => name.startsWith(`${one.name}.`));
    const fan = node?.op === 'Conv' ? data.length / node.out : 1;
    for (let i = channel * fan; i < (channel + 1) * fan; i++) data[i] = (data[i] ?? 0) * factor;
    return copy.set(name, data);
  };

  it.each([
    'conv1.weight',
    'layer1.0.conv2.weight',
    'layer2.1.conv1.weight',
    'layer3.2.conv2.weight',
    'layer3.2.bn2.running_var',
  ])('catches one channel of %s off by 1 %%', (name) => {
    const wrong = evaluate(graph, scaled(name, 1.01, 3), input).get(graph.output);
    expect(isRight(judge(wrong?.data ?? [], logits))).toBe(false);
  });

  it('catches another epsilon in one normalisation', () => {
    const nodes = graph.nodes.map((node) =>
      node.op === 'BatchNormalization' && node.name === 'layer2.0.bn1' ? { ...node, epsilon: 1e-3 } : node,
    );
    const wrong = evaluate({ ...graph, nodes }, weights, input).get(graph.output);
    expect(isRight(judge(wrong?.data ?? [], logits))).toBe(false);
  });

  it('catches a result of float16', () => {
    // float16 keeps 11 bits.
    const half = logits.value.data.map((value) => {
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
      return Math.round(value / unit) * unit;
    });
    expect(isRight(judge(half, logits))).toBe(false);
  });
});
