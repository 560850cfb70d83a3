import { describe, expect, it } from 'vitest';
import { type Graph, INPUT, type Node } from '../../reference/graph.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { judgeNode } from '../../reference/judge/node.ts';
import { proofOf } from '../../reference/judge/proof.ts';
import { isRight } from '../../reference/judge/verdict.ts';
import { rigorous, rigorousFrom } from '../../reference/judge/worst-case.ts';
import { loadModel } from '../../reference/models/load.ts';
import { between, blockEndsOf, unfusedOf } from '../../reference/passes/between.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';

const { graph, weights } = loadModel('resnet20.seed0', undefined);
const input = seededTensor(0, 1, 3, 32);
const given = new Map([[INPUT, input]]);

describe('a worst case from measured values', () => {
  it('is that of the whole graph where only the input is known', () => {
    const first = graph.nodes.slice(0, 3);
    const cut: Graph = { ...graph, nodes: first, output: first.at(-1)?.name ?? '', stages: new Map() };
    expect(rigorousFrom(first, weights, given, FLOAT32)).toEqual(rigorous(cut, weights, input, FLOAT32));
  });

  it('judges a node on the input that it had', () => {
    const node = graph.nodes[0] as Node;
    const { value, allowed } = rigorousFrom([node], weights, given, FLOAT32);
    const off = (share: number) => {
      const output = value.data.map((one, i) => (i === 7 ? one + share * (allowed[i] as number) : one));
      return isRight(judgeNode({ node, inputs: [input], output, weights }, FLOAT32).proof);
    };
    expect([off(0.9), off(1.1)]).toEqual([true, false]);
  });

  it('proves nothing where there is no bound', () => {
    const truth = {
      value: { shape: [2], data: Float64Array.of(1, 2) },
      allowed: Float64Array.of(Infinity, 1e-6),
      limits: undefined,
    };
    expect(proofOf([9, 2], truth)).toMatchObject({ ratio: 0, nonfinite: 0 });
    expect(proofOf([Number.NaN, 3], truth)).toMatchObject({ ratio: expect.closeTo(1e6, 0), nonfinite: 0 });
    const infinite = {
      ...truth,
      value: { shape: [1], data: Float64Array.of(Number.NaN) },
      allowed: Float64Array.of(1),
    };
    expect(isRight(proofOf([1], infinite))).toBe(true);
  });
});

describe('pieces between known values', () => {
  const ops = (known: ReadonlySet<string>) => between(graph, known).map((piece) => piece.map(({ op }) => op).join(' '));

  it('are single nodes where all are known, and together every node once', () => {
    const all = new Set(graph.nodes.map(({ name }) => name));
    expect(between(graph, all)).toEqual(graph.nodes.map((node) => [node]));
  });

  it('keep what runtimes fuse together, and what blocks compute', () => {
    const unfused = unfusedOf(graph);
    expect(ops(unfused).slice(0, 3)).toEqual([
      'Conv BatchNormalization Relu',
      'Conv BatchNormalization Relu',
      'Conv BatchNormalization Add Relu',
    ]);
    expect(ops(blockEndsOf(graph, unfused)).slice(0, 2)).toEqual([
      'Conv BatchNormalization Relu Conv BatchNormalization Relu Conv BatchNormalization Add Relu',
      'Conv BatchNormalization Relu Conv BatchNormalization Add Relu',
    ]);
  });
});
