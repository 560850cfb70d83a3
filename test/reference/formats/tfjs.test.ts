import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { FLOAT, type GraphDef, list, NHWC } from '../../../reference/formats/graph-model/graph-def.ts';
import { openGraphModel } from '../../../reference/formats/graph-model/read.ts';
import { some } from './onnxfile.ts';
import { conv, filesOf, type Model, model, pad, pool, pooled, SIZE, T, weight } from './tfjsfile.ts';

/** What TF.js makes of a model, and what we read from it with its nodes in the opposite order. */
async function agrees(written: Model, ops: readonly string[]): Promise<void> {
  const { json, weights, parts } = filesOf(written, [...written.nodes].reverse());
  const text = new TextEncoder().encode(JSON.stringify(json));
  const { graph, weights: read, names } = openGraphModel('test', text, parts).at(2, SIZE);
  expect(graph.nodes.map(({ op }) => op)).toEqual(ops);
  expect(names.get(graph.output)).toBe('Identity');
  const input = some(2 * 3 * SIZE * SIZE, 3);
  const data = Float64Array.from(input);
  const ours = evaluate(graph, read, { shape: [2, 3, SIZE, SIZE], data }).get(graph.output);
  await tf.setBackend('cpu');
  const artefacts = { modelTopology: { ...json.modelTopology, node: written.nodes }, weightSpecs: written.specs };
  const loaded = await loadGraphModel({ load: async () => ({ ...artefacts, weightData: weights.buffer }) });
  const image = tf.transpose(tf.tensor4d(input, [2, 3, SIZE, SIZE]), [0, 2, 3, 1]);
  const theirs = await (loaded.execute(image, 'Identity') as tf.Tensor).data();
  expect(theirs).toHaveLength(ours?.data.length ?? 0);
  const errors = Array.from(theirs, (expected, i) => Math.abs((ours?.data[i] ?? Number.NaN) - expected));
  expect(Math.max(...errors)).toBeLessThan(1e-5);
}

const TAIL = ['GlobalAveragePool', 'Flatten'];

describe('a TF.js graph model is read as TF.js computes it', () => {
  it.each<[string, string[], (w: GraphDef) => string]>([
    [
      'Conv2D SAME at stride 2',
      ['Conv'],
      (w) => w.node('c', 'Conv2D', ['x', weight(w, 'k', 3, 3, 3, 5)], conv('SAME', 2)),
    ],
    [
      'Conv2D and BiasAdd',
      ['Conv'],
      (w) => {
        w.node('c', 'Conv2D', ['x', weight(w, 'k', 2, 3, 3, 5)], conv('VALID', 1));
        return w.node('b', 'BiasAdd', ['c', weight(w, 'bias', 5)], { ...T, data_format: NHWC });
      },
    ],
    [
      'a border and a VALID convolution, with its bias and ReLU fused',
      ['Conv', 'Relu'],
      (w) => {
        const fused_ops = { list: { s: [btoa('BiasAdd'), btoa('Relu')] } };
        const inputs = [pad(w, 'x', 2), weight(w, 'k', 3, 3, 3, 4), weight(w, 'b', 4)];
        return w.node('c', '_FusedConv2D', inputs, conv('VALID', 2, { fused_ops, num_args: { i: '1' } }));
      },
    ],
    [
      'a depthwise convolution with two filters a channel',
      ['Conv'],
      (w) => w.node('c', 'DepthwiseConv2dNative', ['x', weight(w, 'k', 3, 3, 3, 2)], conv('SAME', 1)),
    ],
    [
      'a pool after a border of zeros after a ReLU',
      ['Relu', 'MaxPool'],
      (w) => w.node('p', 'MaxPool', [pad(w, w.node('r', 'Relu', ['x'], T), 1)], pool('VALID', 3, 2)),
    ],
    ['MaxPool SAME', ['MaxPool'], (w) => w.node('p', 'MaxPool', ['x'], pool('SAME', 2, 2))],
    [
      'FusedBatchNormV3',
      ['BatchNormalization'],
      (w) => {
        const inputs = ['x', weight(w, 'g', 3), weight(w, 'b', 3), weight(w, 'm', 3)];
        const variance = w.constant('v', [3], Float32Array.of(0.5, 1, 2));
        const attr = { ...T, U: FLOAT, epsilon: { f: 0.001 }, data_format: NHWC, is_training: { b: false } };
        return w.node('n', 'FusedBatchNormV3', [...inputs, variance], attr);
      },
    ],
    ['a layer scale', ['Mul'], (w) => w.node('m', 'Mul', [weight(w, 'g', 3), 'x'], T)],
    ['a residual sum', ['Relu', 'Add'], (w) => w.node('a', 'Add', [w.node('r', 'Relu', ['x'], T), 'x'], T)],
  ])('%s', (_, ops, build) =>
    agrees(
      model((w) => pooled(w, build(w))),
      [...ops, ...TAIL],
    ),
  );

  it.each<[string, (w: GraphDef) => string]>([
    [
      'MatMul and AddV2',
      (w) => {
        const attr = { ...T, transpose_a: { b: false }, transpose_b: { b: false } };
        w.node('m', 'MatMul', [pooled(w, 'x'), weight(w, 'k', 3, 4)], attr);
        return w.node('s', 'AddV2', ['m', weight(w, 'b', 4)], T);
      },
    ],
    [
      'AvgPool of all, Squeeze and a turned MatMul',
      (w) => {
        w.node('p', 'AvgPool', ['x'], pool('VALID', SIZE, 1));
        w.node('q', 'Squeeze', ['p'], { ...T, squeeze_dims: list([1, 2]) });
        const attr = { ...T, transpose_a: { b: false }, transpose_b: { b: true } };
        return w.node('m', 'MatMul', ['q', weight(w, 'k', 4, 3)], attr);
      },
    ],
  ])('%s', (_, build) => agrees(model(build), [...TAIL, 'Gemm']));
});
