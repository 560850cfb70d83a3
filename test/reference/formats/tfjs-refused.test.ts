import { describe, expect, it } from 'vitest';
import { openGraphModel } from '../../../reference/formats/graph-model/read.ts';
import { conv, filesOf, type Model, model, pad, pool, pooled, SIZE, T, weight, whole } from './tfjsfile.ts';

const reading = (
  written: Model,
  change: (json: { [key: string]: unknown }) => object,
  parts?: Map<string, Uint8Array>,
) => {
  const files = filesOf(written, written.nodes);
  const text = JSON.stringify(change(files.json));
  return () => openGraphModel('test', new TextEncoder().encode(text), parts ?? files.parts).at(1, SIZE);
};

describe('a TF.js model that cannot be read says why', () => {
  const plain = () =>
    model((w) => pooled(w, w.node('c', 'Conv2D', ['x', weight(w, 'k', 3, 3, 3, 5)], conv('SAME', 1))));
  const same = (json: object) => json;
  it.each<[string, () => unknown, string]>([
    [
      'a layers model',
      reading(plain(), (json) => ({ ...json, format: 'layers-model' })),
      'it is a layers model: convert it',
    ],
    ['no topology', reading(plain(), () => ({ weights: [] })), 'it has no modelTopology: is it a TF.js model.json?'],
    ['a missing shard', reading(plain(), same, new Map()), "its weight file 'group1-shard1of2.bin' was not read"],
    [
      'a short shard',
      reading(
        plain(),
        same,
        new Map([
          ['group1-shard1of2.bin', new Uint8Array(9)],
          ['group1-shard2of2.bin', new Uint8Array(99)],
        ]),
      ),
      "weight 'k' [3,3,3,5] needs 540 bytes, but its files have 108 left",
    ],
    [
      'quantised weights',
      reading(plain(), (json) => {
        const [group] = json.weightsManifest as [{ weights: object[] }];
        return { ...json, weightsManifest: [{ ...group, weights: [{ ...group.weights[0], quantization: {} }] }] };
      }),
      "weight 'k' is quantised",
    ],
    [
      'another operator',
      reading(
        model((w) => pooled(w, w.node('s', 'Relu6', ['x'], T))),
        same,
      ),
      "node 's' (Relu6): this operator is not supported: supported are Add, ",
    ],
    [
      'a softmax',
      reading(
        model((w) => w.node('s', 'Softmax', [pooled(w, 'x')], T)),
        same,
      ),
      'logits are compared',
    ],
    [
      'a cycle',
      reading(
        model((w) => w.node('a', 'AddV2', ['x', w.node('r', 'Relu', ['a'], T)], T)),
        same,
      ),
      'is on a cycle',
    ],
    [
      'a cycle that a node before it leads to',
      reading(
        model((w) => w.node('a', 'AddV2', ['x', w.node('r', 'Relu', ['a'], T)], T)),
        (json) => {
          const { node: nodes, ...topology } = json.modelTopology as { node: object[] };
          return { ...json, modelTopology: { ...topology, node: [...nodes].reverse() } };
        },
      ),
      'is on a cycle',
    ],
    [
      'a missing node',
      reading(
        model((w) => w.node('r', 'Relu', ['nowhere'], T)),
        same,
      ),
      "it reads 'nowhere', which no node computes",
    ],
    [
      'two inputs',
      reading(
        model((w) => w.node('z', 'AddV2', ['x', w.node('y', 'Placeholder', [], {})], T)),
        same,
      ),
      'it has 2 inputs (x, y): one is supported',
    ],
    [
      'an input without channels',
      reading(
        model((w) => pooled(w, 'x'), [-1, -1, -1, -1]),
        same,
      ),
      "its input 'x' is no image",
    ],
    [
      'an input that is not square',
      reading(
        model((w) => pooled(w, 'x'), [-1, 7, 9, 3]),
        same,
      ),
      'only square images',
    ],
    [
      'NaN',
      reading(
        model((w) => pooled(w, w.node('m', 'Mul', ['x', w.constant('k', [3], Float32Array.of(1, Number.NaN, 2))], T))),
        same,
      ),
      "node 'm' (Mul): tensor 'k': 1 of 3 values are NaN or infinite",
    ],
    [
      'pixels that are flattened',
      reading(
        model((w) => w.node('f', 'Reshape', ['x', whole(w, 'shape', -1, 147)], T)),
        same,
      ),
      'it flattens 7×7 pixels with their channels last',
    ],
    [
      'a border that is no padding',
      reading(
        model((w) => pooled(w, w.node('p', 'MaxPool', [pad(w, 'x', 1)], pool('VALID', 3, 2)))),
        same,
      ),
      'the border of 0 before it is no padding of its own',
    ],
  ])('%s', (_, read, message) => expect(read).toThrow(message));
});
