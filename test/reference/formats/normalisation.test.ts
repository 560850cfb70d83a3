import { describe, expect, it } from 'vitest';
import { NHWC } from '../../../reference/formats/graph-model/graph-def.ts';
import { openGraphModel } from '../../../reference/formats/graph-model/read.ts';
import { floats, graph, messageOf, node, some } from './onnxfile.ts';
import { filesOf, model, pooled, SIZE, T, weight } from './tfjsfile.ts';

/** A batch normalisation with these variances and this epsilon. */
const batchNorm = (variances: readonly number[], epsilon: number) =>
  graph(
    ...['scale', 'bias', 'mean'].map((name) => floats(name, [2], some(2))),
    floats('v', [2], Float32Array.from(variances)),
    node('BatchNormalization x,scale,bias,mean,v > y', { epsilon: { float: epsilon } }),
  );
/** A layer normalisation over the channels, moved last and back. */
const layerNorm = (epsilon: number) =>
  graph(
    ...['scale', 'bias'].map((name) => floats(name, [2], some(2))),
    node('Transpose x > t', { perm: [0, 2, 3, 1] }),
    node('LayerNormalization t,scale,bias > n', { axis: -1, epsilon: { float: epsilon } }),
    node('Transpose n > y', { perm: [0, 3, 1, 2] }),
  );
describe('a normalisation of ONNX whose result is not defined', () => {
  const EPSILON = Math.fround(1e-5);
  it.each<[string, Uint8Array, string]>([
    ['a negative variance', batchNorm([1, -1], EPSILON), "1 of 2 variances in 'v' are below 0"],
    ['one that epsilon would hide', batchNorm([1, -1e-9], EPSILON), "1 of 2 variances in 'v' are below 0"],
    ['a variance of 0 and an epsilon of 0', batchNorm([0, 1], 0), "1 of 2 variances in 'v' are 0, as its epsilon is"],
    ['an epsilon of NaN', batchNorm([1, 1], Number.NaN), 'its epsilon is NaN: a number of 0 or more is needed'],
    ['a negative epsilon', batchNorm([1, 1], -5), 'its epsilon is -5: a number of 0 or more is needed'],
    ['a negative epsilon above the variance', batchNorm([9, 9], -5), 'its epsilon is -5: a number of 0 or more'],
    ['an infinite epsilon', batchNorm([1, 1], Infinity), 'its epsilon is Infinity: a number of 0 or more is needed'],
  ])('batch: %s', (_, bytes, expected) =>
    expect(messageOf(bytes)).toContain(`node 'the y' (BatchNormalization): ${expected}`),
  );

  it.each([
    [Number.NaN, 'its epsilon is NaN: a number of 0 or more is needed'],
    [-5, 'its epsilon is -5: a number of 0 or more is needed'],
    [Infinity, 'its epsilon is Infinity: a number of 0 or more is needed'],
    [0, 'its epsilon is 0: a layer normalisation needs more, since its variance may be 0'],
  ])('layer: an epsilon of %d', (epsilon, expected) =>
    expect(messageOf(layerNorm(epsilon))).toBe(`node 'the n' (LayerNormalization): ${expected}`),
  );

  it('but an epsilon of 0 is one beside variances above 0, and variances of 0 beside an epsilon', () => {
    expect(messageOf(batchNorm([1, 2], 0))).toBeUndefined();
    expect(messageOf(batchNorm([0, 2 ** -149], EPSILON))).toBeUndefined();
    expect(messageOf(layerNorm(EPSILON))).toBeUndefined();
  });

  it('also where it is spelled out', () => {
    const spelled = (epsilon: number) =>
      graph(
        ...['scale', 'bias'].map((name) => floats(name, [2, 1, 1], some(2))),
        floats('e', [], Float32Array.of(epsilon)),
        node('ReduceMean x > m', { axes: [1], keepdims: 1 }),
        node('Sub x,m > d'),
        node('Mul d,d > s'),
        node('ReduceMean s > v', { axes: [1], keepdims: 1 }),
        node('Add v,e > p'),
        node('Sqrt p > r'),
        node('Div d,r > n'),
        node('Mul n,scale > w'),
        node('Add w,bias > y'),
      );
    expect(messageOf(spelled(EPSILON))).toBeUndefined();
    for (const epsilon of [Number.NaN, -5, 0, Infinity]) expect(messageOf(spelled(epsilon))).toContain('the ');
  });
});

describe('a batch normalisation of TF.js whose result is not defined', () => {
  const read = (variances: readonly number[], epsilon: number | string) => {
    const written = model((w) => {
      const parameters = ['gamma', 'beta', 'centre'].map((name) => weight(w, name, 3));
      const inputs = ['x', ...parameters, w.constant('v', [3], Float32Array.from(variances))];
      const attributes = { ...T, epsilon: { f: 0.001 }, is_training: { b: false }, data_format: NHWC };
      return pooled(w, w.node('n', 'FusedBatchNormV3', inputs, attributes));
    });
    // As text, since JSON has neither NaN nor an infinity, but 1e999 and, in protocol buffers' form, "NaN".
    const text = JSON.stringify(filesOf(written, written.nodes).json).replace('"f":0.001', `"f":${epsilon}`);
    return () =>
      openGraphModel('test', new TextEncoder().encode(text), filesOf(written, written.nodes).parts).at(1, SIZE);
  };
  it.each<[readonly number[], number | string, string]>([
    [[1, -1, -2], 0.001, "2 of 3 variances in 'v' are below 0"],
    [[1, 0, 2], 0, "1 of 3 variances in 'v' are 0, as its epsilon is: it divides by 0"],
    [[1, 1, 1], -5, 'its epsilon is -5: a number of 0 or more is needed'],
    [[1, 1, 1], '"NaN"', 'its epsilon is NaN: a number of 0 or more is needed'],
    [[1, 1, 1], '1e999', 'its epsilon is Infinity: a number of 0 or more is needed'],
  ])('variances %j, epsilon %s', (variances, epsilon, message) =>
    expect(read(variances, epsilon)).toThrow(`node 'n' (FusedBatchNormV3): ${message}`),
  );

  it('but an epsilon of 0 is one beside variances above 0', () => expect(read([1, 2, 3], 0)).not.toThrow());
});
