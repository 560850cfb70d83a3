import { describe, expect, it } from 'vitest';
import type { Node } from '../../../reference/graph.ts';
import type { FuzzNetwork } from '../../../suites/contract/play.ts';
import { knownAs } from '../../../suites/fuzz/known.ts';

const conv = (change: Partial<Node & { op: 'Conv' }>): Node => {
  const plain = { op: 'Conv', name: 'a', inputs: ['input'], in: 10, out: 10, group: 1, bias: false } as const;
  return { ...plain, kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], ...change };
};
const network = (...nodes: Node[]): FuzzNetwork => ({
  channels: 10,
  nodes,
  output: nodes.at(-1)?.name ?? '',
  batch: 1,
  size: 4,
  values: { kind: 'plain', seed: 1 },
});

describe('a known defect', () => {
  it('explains groups of 5 output channels on WebGPU, not of 4 or one each, nor elsewhere', () => {
    expect(knownAs(network(conv({ group: 2 })), 'ort-web/webgpu')).toMatch(/groups/);
    expect(knownAs(network(conv({ group: 2, out: 8 })), 'ort-web/webgpu')).toBeUndefined();
    expect(knownAs(network(conv({ group: 10 })), 'ort-web/webgpu')).toBeUndefined();
    expect(knownAs(network(conv({ group: 2 })), 'ort-web/wasm')).toBeUndefined();
  });

  it('explains SAME padding with a stride above the kernel, not the same padding as numbers', () => {
    const sparse = conv({ strides: [2, 2], autoPad: 'SAME_UPPER' });
    expect(knownAs(network(sparse), 'ort-web/webgpu-jsep')).toMatch(/SAME/);
    expect(knownAs(network(conv({ strides: [2, 2] })), 'ort-web/webgpu-jsep')).toBeUndefined();
    expect(knownAs(network({ ...sparse, autoPad: 'VALID' } as Node), 'ort-web/webgl')).toBeUndefined();
  });

  it('explains a maximum of large values where it starts from −100,000', () => {
    const pool: Node = {
      op: 'MaxPool',
      name: 'a',
      inputs: ['input'],
      kernel: [1, 1],
      strides: [1, 1],
      pads: [0, 0, 0, 0],
    };
    const large = { ...network(pool), values: { kind: 'large', seed: 1 } } as const;
    expect(knownAs(large, 'ort-web/webgl')).toMatch(/maximum/);
    expect(knownAs(large, 'ort-web/webgpu')).toBeUndefined();
    expect(knownAs(network(pool), 'ort-web/webgl')).toBeUndefined();
  });

  it('explains a ReLU that another convolution of the same output shape lacks', () => {
    const relu: Node = { op: 'Relu', name: 'b', inputs: ['a'] };
    const second = conv({ name: 'c', inputs: ['b'] });
    expect(knownAs(network(conv({}), relu, second), 'ort-web/webgl')).toMatch(/ReLU/);
    expect(knownAs(network(conv({}), relu, { ...second, out: 9 } as Node), 'ort-web/webgl')).toBeUndefined();
    expect(knownAs(network(conv({}), conv({ name: 'c', inputs: ['a'] })), 'ort-web/webgl')).toBeUndefined();
  });
});
