import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { openGraphModel } from '../../../reference/formats/graph-model/read.ts';
import { WEIGHTS_FILE, writeGraphModel } from '../../../reference/formats/graph-model/write.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import { writeOnnx } from '../../../reference/formats/onnx/write.ts';
import { type Graph, graphParameters, INPUT, type Node } from '../../../reference/graph.ts';
import { foldBatchNorm } from '../../../reference/passes/fold-batch-norm.ts';
import type { Weights } from '../../../reference/tensor.ts';
import { seededInput, seededWeights } from '../../../reference/weights/seeded.ts';
import { graphOf } from '../graphs.ts';

// One of each family, and of each of their operators.
const FAMILIES = [
  ['resnet[1.1.1.1]-basic', 32],
  ['resnet[1.1.1.1]-bottleneck-w8-g4', 32],
  ['preact_resnet18', 32],
  ['convnext_test', 64],
  ['resnet20', 16],
  ['resnet8', 32],
  ['preact_resnet110', 16],
  ['wide_resnet16_4', 16],
  ['resnext_test', 16],
] as const;

/** A network as a file can have it: epsilons in float32. */
const inFloat32 = (graph: Graph): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => ('epsilon' in node ? { ...node, epsilon: Math.fround(node.epsilon) } : node)),
});

/** Nodes with their inputs' positions instead of names, which may differ. */
function structure({ nodes, output }: Graph) {
  const place = new Map([[INPUT, -1], ...nodes.map(({ name }, index) => [name, index] as const)]);
  const plain = ({ name: _, inputs, ...op }: Node) => ({ ...op, inputs: inputs.map((input) => place.get(input)) });
  // A linear layer over pixels is a 1×1 convolution in a file.
  return { output: place.get(output), nodes: nodes.map(plain).map((node) => ({ ...node, linear: undefined })) };
}

const valuesOf = (graph: Graph, weights: Weights, size: number) => {
  const data = Float64Array.from(seededInput(0, 1, 3, size));
  const outputs = evaluate(graph, weights, { shape: [1, 3, size, size], data });
  return [...outputs.values()].map((one) => one.data);
};

describe('ends of stages', () => {
  // Where a block's first convolution keeps the size, the next stage begins before the size changes.
  it.each(['resnet[1.2.1.1]-bottleneck-w8-g4', 'resnet20', 'resnet8'])('of %s are found again', (id) => {
    const graph = graphOf(id);
    const { stages } = openOnnx(id, writeOnnx(graph, seededWeights(graph, 0), 1, 32), new Map()).at(1, 32).graph;
    expect([...stages.values()]).toEqual([...graph.stages.values()]);
  });
});

describe.each(FAMILIES)('%s', { timeout: 60_000 }, (id, size) => {
  const graph = inFloat32(graphOf(id));
  const weights = seededWeights(graph, 0);
  const known = new Map<string, Float64Array[]>();
  const expected = (form: 'kept' | 'folded') => {
    const values = known.get(form) ?? valuesOf(forms[form].graph, forms[form].weights, size);
    known.set(form, values);
    return values;
  };
  const forms = { kept: { graph, weights }, folded: foldBatchNorm(graph, weights) };

  it.each(['kept', 'folded'] as const)('is the same again from our ONNX file, batch normalisation %s', (form) => {
    const written = forms[form];
    const file = openOnnx(id, writeOnnx(written.graph, written.weights, 1, size), new Map());
    expect([file.batch, file.size]).toEqual([1, size]);
    const read = file.at(1, size);
    // A layer normalisation stands between two transpositions, the second of which has its name.
    const names = written.graph.nodes.map(({ name, op }) => (op === 'LayerNormalization' ? `${name}.norm` : name));
    expect(read.graph.nodes.map((node) => node.name)).toEqual(names);
    expect(structure(read.graph)).toEqual(structure(written.graph));
    expect(graphParameters(read.graph).map((spec) => spec.name)).toEqual([...read.weights.keys()]);
    expect(valuesOf(read.graph, read.weights, size)).toEqual(expected(form));
  });

  it.each(['kept', 'folded'] as const)('is the same again from our TF.js model, batch normalisation %s', (form) => {
    const written = forms[form];
    const { json, weights: bytes } = writeGraphModel(written.graph, written.weights, size);
    const text = new TextEncoder().encode(JSON.stringify(json));
    const file = openGraphModel(id, text, new Map([[WEIGHTS_FILE, bytes]]));
    expect([file.batch, file.size]).toEqual([undefined, undefined]);
    const read = file.at(1, size);
    expect(structure(read.graph)).toEqual(structure(written.graph));
    expect(read.names.get(read.graph.output)).toBe(written.graph.output);
    expect(valuesOf(read.graph, read.weights, size)).toEqual(expected(form));
  });
});
