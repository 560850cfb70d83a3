import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { type GraphModel, writeGraphModel } from '../../../reference/formats/graph-model/write.ts';
import { graphParameters, type Node } from '../../../reference/graph.ts';
import { FLOAT32, truth } from '../../../reference/judge/bounds.ts';
import { isRight, judge } from '../../../reference/judge/verdict.ts';
import { buildModel, MODELS } from '../../../reference/models/models.ts';
import { foldBatchNorm } from '../../../reference/passes/fold-batch-norm.ts';
import { sizeOf } from '../../../reference/tensor.ts';
import { seededInput, seededWeights } from '../../../reference/weights/seeded.ts';
import { countCopies, parsePlacement } from '../../../suites/backends/ort.ts';
import { graphOf } from '../graphs.ts';

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
    const { json, weights: bytes } = writeGraphModel(folded.graph, folded.weights, 64);
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
    const nodesOf = <K extends Node['op']>(op: K) =>
      folded.graph.nodes.filter((node): node is Node & { op: K } => node.op === op);
    const convolutions = nodesOf('Conv');
    const depthwise = convolutions.filter((node) => node.group > 1 && node.group === node.in);
    // One convolution for each group, but one for all of a depthwise one.
    const dense = convolutions.filter((node) => !depthwise.includes(node)).reduce((sum, node) => sum + node.group, 0);
    const biased = (op: string) => ops.filter((one) => one === op).length;
    expect(biased('_FusedConv2D') + biased('Conv2D')).toBe(dense);
    expect(biased('FusedDepthwiseConv2dNative')).toBe(depthwise.length);
    // Convolutions that no normalisation follows have no bias, and nothing else is left unfused.
    expect(biased('Conv2D')).toBe(convolutions.filter((node) => !node.bias).length);
    // What is left are the ReLUs that no convolution precedes, and the normalisations alike.
    const names = new Set(convolutions.map((node) => node.name));
    const after = nodesOf('Relu').filter((node) => !names.has(node.inputs[0] ?? ''));
    expect(ops.filter((op) => op === 'Relu')).toHaveLength(after.length);
    expect(ops.filter((op) => op === 'FusedBatchNormV3')).toHaveLength(nodesOf('BatchNormalization').length);
  });
});

/** Output of the graph in TF.js' plain JavaScript backend, against the truth. */
async function verdictOf(id: string, size: number, form: string) {
  const graph = graphOf(id);
  const weights = seededWeights(graph, 0);
  const exported = form === 'kept' ? { graph, weights } : foldBatchNorm(graph, weights);
  const input = seededInput(0, 1, 3, size);
  const image = { shape: [1, 3, size, size], data: Float64Array.from(input) };
  const expected = truth({ graph, weights, input: image }, new Map([['logits', graph.output]]), FLOAT32).get('logits');
  if (expected === undefined) throw new Error('no truth');
  await tf.setBackend('cpu');
  const model = await loadGraphModel(handler(writeGraphModel(exported.graph, exported.weights, size)));
  const nhwc = tf.transpose(tf.tensor4d(input, [1, 3, size, size]), [0, 2, 3, 1]);
  const output = model.execute(nhwc, graph.output) as tf.Tensor;
  return judge(await output.data(), expected);
}

describe('TF.js in Node', () => {
  // One of each family's operators: asymmetric padding, a pool after no ReLU, depthwise and layer normalisation, groups.
  it.each([
    ['resnet8', 32],
    ['preact_resnet18', 32],
    ['preact_resnet110', 16],
    ['wide_resnet16_4', 16],
    ['convnext_test', 64],
    ['resnet[1.1.1.1]-bottleneck-w8-g4', 32],
  ] as const)('computes %s at %i pixels within the bound', { timeout: 60_000 }, async (id, size) => {
    const verdict = await verdictOf(id, size, 'folded');
    expect(isRight(verdict), `ratio ${verdict.ratio}`).toBe(true);
  });

  it.each(['kept', 'folded'])('computes resnet20 within the bound, with batch normalisation %s', async (form) => {
    const verdict = await verdictOf('resnet20', 32, form);
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

  it('tell the copies between devices', () => {
    const log = [
      'transformer_memcpy.cc:393 AddCopyNode] Add MemcpyFromHost after b_token_14 for WebGpuExecutionProvider',
      'transformer_memcpy.cc:393 AddCopyNode] Add MemcpyToHost before a_token_1 for WebGpuExecutionProvider',
      'graph_transformer.cc:15 Apply] GraphTransformer MemcpyTransformer modified: 1 with status: OK',
      'session_state.cc:1385 VerifyEachNodeIsAssignedToAnEp]   MemcpyFromHost (Memcpy)',
    ];
    expect(countCopies(log.join('\n'))).toBe(2);
    expect(countCopies('GraphTransformer MemcpyTransformer modified: 0 with status: OK')).toBe(0);
  });
});
