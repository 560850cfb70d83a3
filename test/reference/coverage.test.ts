import { describe, expect, it } from 'vitest';
import { walk } from '../../reference/evaluate.ts';
import type { Node } from '../../reference/graph.ts';
import { FLOAT32, truthsOf } from '../../reference/judge/bounds.ts';
import { type Coverage, coverageText, isComplete, watch } from '../../reference/judge/coverage.ts';
import { loadModel } from '../../reference/models/load.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';

const RELU: Node = { name: 'relu', op: 'Relu', inputs: ['x'] };
const tensor = (shape: number[], data: number[]) => ({ shape, data: Float64Array.from(data) });

/** A ReLU seen on inputs of [2, 3, 1, 2]: two images of three channels. */
function seenOn(...inputs: number[][]): Coverage {
  const watching = watch();
  for (const data of inputs) {
    const x = tensor([2, 3, 1, 2], data);
    watching.see(RELU, [x], { ...x, data: x.data.map((value) => Math.max(value, 0)) });
  }
  return watching.coverage(inputs.length);
}

describe('the coverage of inputs', () => {
  it('counts a ReLU’s channel as active where a value is positive, and crossed where another is negative', () => {
    // Channels: positive only, negative only, both in different images.
    const found = seenOn([1, 2, -1, -2, 3, 1, 1, 1, -1, 0, -1, 0]);
    expect(found.relu).toEqual({ channels: 3, active: 2, crossed: 1 });
    expect(found.dead).toEqual([{ node: 'relu', channels: 1 }]);
    expect(isComplete(found)).toBe(false);
  });

  it('adds up over inputs', () => {
    const found = seenOn([1, 1, -1, -1, 0, 0, 1, 1, -1, -1, 0, 0], [-1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0]);
    expect(found.relu).toEqual({ channels: 3, active: 3, crossed: 2 });
    expect([found.dead, found.inputs, isComplete(found)]).toEqual([[], 2, true]);
  });

  it('counts a convolution’s channel as active where a value is not 0', () => {
    const { graph, weights } = loadModel('resnet8.seed0', undefined);
    const conv = graph.nodes.find(({ op }) => op === 'Conv');
    if (conv?.op !== 'Conv') throw new Error('no convolution');
    const silent = new Map(weights);
    silent.set(`${conv.name}.weight`, new Float32Array(conv.out * 27));
    silent.set(`${conv.name}.bias`, new Float32Array(conv.out));
    const watching = watch();
    walk(graph, silent, seededTensor(0, 1, 3, 32), watching.see);
    expect(watching.coverage(1).dead[0]).toEqual({ node: conv.name, channels: conv.out });
  });

  it('is seen while a truth is computed', () => {
    const { graph, weights } = loadModel('resnet20.live0', undefined);
    const watching = watch();
    const inputs = [0, 1].map((i) => seededTensor(i, 1, 3, 32));
    truthsOf({ graph, weights, inputs, observe: watching.see }, new Map([['logits', graph.output]]), FLOAT32);
    const found = watching.coverage(2);
    expect(found.relu).toEqual({ channels: 688, active: 688, crossed: 688 });
    expect(found.conv).toEqual({ channels: 688, active: 688 });
  });

  it('is said with the share, and where it is not all with the layers', () => {
    const all: Coverage = {
      inputs: 2,
      relu: { channels: 4800, active: 4800, crossed: 4799 },
      conv: { channels: 5000, active: 5000 },
      dead: [],
      deadNodes: 0,
    };
    expect(coverageText(all)).toBe(
      '100 % of 4,800 ReLU channels active on at least one of 2 inputs, 99.97 % on both sides of 0; 100 % of 5,000 convolution channels other than 0',
    );
    const dead = ['a', 'b', 'c', 'd', `e\u001b`].map((node) => ({ node, channels: 1 }));
    const some = { ...all, relu: { channels: 4800, active: 4795, crossed: 4700 }, dead, deadNodes: 5 };
    expect(coverageText(some)).toContain('99.89 % of 4,800 ReLU channels');
    expect(coverageText(some)).toContain('; 5 channels in 5 layers never active: a, b, c, d, …');
    const none = { ...all, relu: { channels: 0, active: 0, crossed: 0 } };
    expect(coverageText(none)).toBe('100 % of 5,000 convolution channels other than 0');
  });
});
