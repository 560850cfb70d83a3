import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { FLOAT32, truth } from '../../reference/bounds.ts';
import { graphParameters } from '../../reference/graph.ts';
import { isRight, judge } from '../../reference/judge.ts';
import { buildModel, findModel, MODELS } from '../../reference/models/table.ts';
import { foldBatchNorm } from '../../reference/passes/fold-batch-norm.ts';
import { sizeOf } from '../../reference/tensor.ts';
import { seededInput, seededWeights } from '../../reference/weights/seeded.ts';
import { type GraphModel, writeGraphModel } from '../../suites/backends/graphmodel.ts';
import { parsePlacement } from '../../suites/backends/ort.ts';

/** The model as TF.js reads it from memory. */
const handler = ({ json, weights }: GraphModel) => ({
  load: async () => ({
    modelTopology: json.modelTopology,
    weightSpecs: json.weightsManifest[0]?.weights ?? [],
    weightData: weights.buffer,
  }),
});

// Larger networks differ in numbers only, and take gigabytes.
const SMALL = MODELS.filter((row) => row.parameters < 61e6).map((row) => [row.id, row] as const);

describe.each(SMALL)('TF.js export of %s', (_, row) => {
  const graph = buildModel(row);
  const weights = new Map(graphParameters(graph).map((spec) => [spec.name, new Float32Array(sizeOf(spec.shape))]));

  it('lists what its weight file holds, computes what it reads, and fuses as the converter does', () => {
    const folded = foldBatchNorm(graph, weights);
    const { json, weights: bytes } = writeGraphModel(folded.graph, folded.weights);
    const specs = json.weightsManifest[0]?.weights ?? [];
    expect(specs.reduce((sum, spec) => sum + 4 * sizeOf(spec.shape), 0)).toBe(bytes.length);
    const known = new Set<string>();
    for (const node of json.modelTopology.node) {
      // `name:1` is the second output of `name`.
      expect(node.input.filter((name) => !known.has(name.replace(/:\d+$/, '')))).toEqual([]);
      expect(known.has(node.name)).toBe(false);
      known.add(node.name);
    }
    expect([...graph.stages.values(), graph.output].filter((name) => !known.has(name))).toEqual([]);
    const ops = json.modelTopology.node.map((node) => node.op);
    // One convolution for each group.
    const convolutions = graph.nodes.reduce((sum, node) => sum + (node.op === 'Conv' ? node.group : 0), 0);
    const adds = graph.nodes.filter((node) => node.op === 'Add').length;
    expect(ops.filter((op) => op === '_FusedConv2D')).toHaveLength(convolutions);
    // What is left are the ReLUs after additions.
    expect(ops.filter((op) => op === 'Relu')).toHaveLength(adds);
    expect(ops).not.toContain('FusedBatchNormV3');
  });
});

describe('TF.js in Node', () => {
  it.each(['kept', 'folded'])('computes resnet20 within the bound, with batch normalisation %s', async (form) => {
    const row = findModel('resnet20');
    if (row === undefined) throw new Error('no resnet20');
    const graph = buildModel(row);
    const weights = seededWeights(graph, 0);
    const exported = form === 'kept' ? { graph, weights } : foldBatchNorm(graph, weights);
    const input = seededInput(0, 1, 3, 32);
    const expected = truth(
      graph,
      weights,
      { shape: [1, 3, 32, 32], data: Float64Array.from(input) },
      new Map([['logits', graph.output]]),
      FLOAT32,
    ).get('logits');
    if (expected === undefined) throw new Error('no truth');
    await tf.setBackend('cpu');
    const model = await loadGraphModel(handler(writeGraphModel(exported.graph, exported.weights)));
    const nhwc = tf.transpose(tf.tensor4d(input, [1, 3, 32, 32]), [0, 2, 3, 1]);
    const output = model.execute(nhwc, graph.output) as tf.Tensor;
    const verdict = judge(await output.data(), expected.value.data, expected.allowed);
    expect(isRight(verdict), `ratio ${verdict.ratio}`).toBe(true);
  });
});

describe('placement logs', () => {
  it('are read in both of the forms that ONNX Runtime writes', () => {
    expect(parsePlacement('… All nodes placed on [CPUExecutionProvider]. Number of nodes: 29\n')).toEqual({
      CPUExecutionProvider: 29,
    });
    const mixed =
      'Node(s) placed on [JsExecutionProvider]. Number of nodes: 40\n Conv (a)\nNode(s) placed on [CPUExecutionProvider]. Number of nodes: 2';
    expect(parsePlacement(mixed)).toEqual({ JsExecutionProvider: 40, CPUExecutionProvider: 2 });
    expect(parsePlacement('nothing')).toEqual({});
  });
});
