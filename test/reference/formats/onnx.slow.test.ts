import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { readVarint } from '../../../reference/formats/onnx/protobuf.ts';
import { addOutputs, outputFields, writeOnnx } from '../../../reference/formats/onnx/write.ts';
import { graphParameters, inferShapes, type Node } from '../../../reference/graph.ts';
import { FLOAT32, type Truth, truth } from '../../../reference/judge/bounds.ts';
import { isRight, judge } from '../../../reference/judge/verdict.ts';
import { buildModel, MODELS } from '../../../reference/models/models.ts';
import { foldBatchNorm } from '../../../reference/passes/fold-batch-norm.ts';
import { sizeOf } from '../../../reference/tensor.ts';
import { seededInput, seededWeights } from '../../../reference/weights/seeded.ts';
import { describe as describeNetwork } from '../../../suites/contract/network.ts';
import { graphOf } from '../graphs.ts';

/** Fields of a message: integers, and the bytes of everything else. Written against the specification, not the writer. */
function fields(bytes: Uint8Array): { field: number; value: number; bytes: Uint8Array }[] {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const [key, start] = readVarint(bytes, at);
    const wire = key & 7;
    const [value, next] = wire === 5 ? [0, start] : readVarint(bytes, start);
    const length = wire === 2 ? value : wire === 5 ? 4 : 0;
    found.push({ field: key >> 3, value, bytes: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return found;
}
const all = (bytes: Uint8Array, field: number) => fields(bytes).filter((one) => one.field === field);
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const texts = (bytes: Uint8Array, field: number) => all(bytes, field).map((one) => text(one.bytes));

/** The parts of an ONNX file that a reader relies on. */
function parse(model: Uint8Array) {
  const graph = all(model, 7)[0]?.bytes ?? new Uint8Array(0);
  const opset = all(model, 8).map(({ bytes }) => all(bytes, 2)[0]?.value);
  const nodes = all(graph, 1).map(({ bytes }) => ({
    op: texts(bytes, 4)[0] ?? '',
    inputs: texts(bytes, 1),
    outputs: texts(bytes, 2),
  }));
  const initializers = all(graph, 5).map(({ bytes }) => {
    const dims: number[] = [];
    for (const packed of all(bytes, 1))
      for (let at = 0; at < packed.bytes.length; )
        [dims[dims.length], at] = readVarint(packed.bytes, at) as [number, number];
    return {
      name: texts(bytes, 8)[0] ?? '',
      dims,
      type: all(bytes, 2)[0]?.value,
      length: all(bytes, 9)[0]?.bytes.length,
    };
  });
  const names = (field: number) => all(graph, field).map(({ bytes }) => texts(bytes, 1)[0]);
  return { opset, nodes, initializers, inputs: names(11), outputs: names(12) };
}

/** What the graph's operators without one in opset 17 are written as. */
const COMPOSED: { readonly [op: string]: readonly string[] } = {
  LayerNormalization: ['Transpose', 'LayerNormalization', 'Transpose'],
  Gelu: ['Div', 'Erf', 'Add', 'Mul', 'Mul'],
};

// Larger networks differ in numbers only, and take gigabytes.
const SMALL = MODELS.filter((row) => row.parameters < 61e6).map((row) => [row.id, row] as const);

describe.each(SMALL)('ONNX export of %s', (_, row) => {
  const graph = buildModel(row);
  // Structure does not depend on values: zeros spare the time of drawing them.
  const weights = new Map(graphParameters(graph).map((spec) => [spec.name, new Float32Array(sizeOf(spec.shape))]));
  const folded = foldBatchNorm(graph, weights);

  it.each([
    ['kept', { graph, weights }],
    ['folded', folded],
  ])('has every node, in an order that can run, with batch normalisation %s', (_, form) => {
    const model = parse(writeOnnx(form.graph, form.weights, 1, 32));
    expect(model.opset).toEqual([17]);
    expect(model.inputs).toEqual(['input']);
    expect(model.outputs).toEqual([graph.output]);
    expect(model.nodes.map((node) => node.op)).toEqual(
      form.graph.nodes.flatMap((node) => COMPOSED[node.op] ?? [node.op]),
    );
    const known = new Set(['input', ...model.initializers.map((one) => one.name)]);
    for (const node of model.nodes) {
      expect(node.inputs.filter((name) => !known.has(name))).toEqual([]);
      for (const name of node.outputs) known.add(name);
    }
    for (const { dims, type, length } of model.initializers) expect(length).toBe(sizeOf(dims) * (type === 7 ? 8 : 4));
    const constants = 3 * form.graph.nodes.filter((node) => node.op === 'Gelu').length;
    const floats = model.initializers.filter((one) => one.type === 1);
    const stored = floats.reduce((sum, one) => sum + sizeOf(one.dims), 0) - constants;
    expect(stored).toBe([...form.weights.values()].reduce((sum, data) => sum + data.length, 0));
  });

  it('loses every batch normalisation that follows a convolution when folded, and no parameter of another node', () => {
    const norms = (nodes: readonly Node[]) => nodes.filter((node) => node.op === 'BatchNormalization');
    const foldable = new Set(graph.nodes.filter((node) => node.op === 'Conv').map((node) => node.name));
    const kept = norms(graph.nodes).filter((node) => !foldable.has(node.inputs[0] ?? ''));
    expect(norms(folded.graph.nodes).map((node) => node.name)).toEqual(kept.map((node) => node.name));
    expect(folded.graph.nodes).toHaveLength(graph.nodes.length - norms(graph.nodes).length + kept.length);
    expect(new Set(graphParameters(folded.graph).map((spec) => spec.name))).toEqual(new Set(folded.weights.keys()));
  });
});

describe('onnxruntime-node', () => {
  // One of each family's operators: asymmetric padding, a pool after no ReLU, depthwise and layer normalisation, groups.
  it.each([
    ['resnet8', 32],
    ['preact_resnet18', 32],
    ['preact_resnet1001', 16],
    ['wide_resnet16_4', 16],
    ['convnext_test', 64],
    ['resnet[1.1.1.1]-bottleneck-w8-g4', 32],
  ] as const)('computes %s at %i pixels within the bound, and its stages', { timeout: 60_000 }, async (id, size) => {
    const graph = graphOf(id);
    const weights = seededWeights(graph, 0);
    const input = seededInput(0, 1, 3, size);
    const image = { shape: [1, 3, size, size], data: Float64Array.from(input) };
    const taps = new Map([...graph.stages, ['logits', graph.output]]);
    const truths = truth({ graph, weights, input: image }, taps, FLOAT32);
    const folded = foldBatchNorm(graph, weights);
    const fields = outputFields(describeNetwork(folded.graph, new Map(), 1, size).taps);
    const model = addOutputs(writeOnnx(folded.graph, folded.weights, 1, size), fields);
    const session = await ort.InferenceSession.create(model);
    const outputs = await session.run({ input: new ort.Tensor('float32', input, [1, 3, size, size]) });
    for (const [tap, node] of [...folded.graph.stages, ['logits', folded.graph.output] as const]) {
      const verdict = judge(outputs[node]?.data as Float32Array, truths.get(tap) as Truth);
      expect(isRight(verdict), `${tap}: ratio ${verdict.ratio}`).toBe(true);
    }
  });
});

describe('ONNX taps', () => {
  const row = MODELS.find((one) => one.id === 'resnet20');
  if (row === undefined) throw new Error('no resnet20');
  const graph = buildModel(row);
  const weights = seededWeights(graph, 0);

  it('become outputs of the right shape that onnxruntime-node fills with the right values', async () => {
    const model = addOutputs(
      writeOnnx(graph, weights, 2, 32),
      outputFields(describeNetwork(graph, new Map(), 2, 32).taps),
    );
    const session = await ort.InferenceSession.create(model);
    expect([...session.outputNames]).toEqual([graph.output, ...graph.stages.values()]);
    const input = seededInput(0, 2, 3, 32);
    const outputs = await session.run({ input: new ort.Tensor('float32', input, [2, 3, 32, 32]) });
    const truth = evaluate(graph, weights, { shape: [2, 3, 32, 32], data: Float64Array.from(input) });
    const shapes = inferShapes(graph, 2, 32);
    for (const name of graph.stages.values()) {
      expect(outputs[name]?.dims).toEqual(shapes.get(name));
      const got = outputs[name]?.data as Float32Array;
      const error = truth
        .get(name)
        ?.data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (got[i] ?? Number.NaN))), 0);
      expect(error).toBeLessThan(1e-4);
    }
  });

  it('refuse what is no model', () => {
    expect(() => addOutputs(new Uint8Array([8, 8]), new Uint8Array(0))).toThrow('not an ONNX model');
    expect(() => addOutputs(new Uint8Array([0xff]), new Uint8Array(0))).toThrow('cut short');
  });
});
