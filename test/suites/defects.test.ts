import { describe, expect, it } from 'vitest';
import { type Graph, INPUT, inferShapes, type Op } from '../../reference/graph.ts';
import { builder, conv, RELU } from '../../reference/models/build.ts';
import { foldGraph } from '../../reference/passes/fold-batch-norm.ts';
import { DEFECTS, knownDefects } from '../../suites/backends/defects.ts';
import { withDefects } from '../../suites/engine/outcomes.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { graphOf } from '../reference/graphs.ts';

const ids = (graph: Graph, backend: string): string[] => knownDefects(graph, backend).map(({ id }) => id);

/** One convolution. */
function one(node: ReturnType<typeof conv>): Graph {
  const b = builder();
  b.add('conv', node, INPUT);
  return b.finish('one', node.in);
}

describe('a known defect', () => {
  it('is shown by its smallest graph, on each of its backends and on no other runtime', () => {
    for (const { id, backends, smallest, shows } of DEFECTS) {
      expect(shows(smallest.graph)).toBe(true);
      expect(() => inferShapes(smallest.graph, 1, smallest.size)).not.toThrow();
      for (const backend of backends) expect(ids(smallest.graph, backend)).toContain(id);
      expect(ids(smallest.graph, 'ort-node/cpu')).toEqual([]);
    }
  });

  it('is one of the whole family only where that was seen', () => {
    const folded = (id: string) => foldGraph(graphOf(id)).graph;
    for (const id of ['resnet18', 'resnet34'])
      expect(ids(folded(id), 'ort-web/webgl')).toEqual(['webgl-shared-shader']);
    for (const id of ['resnet50', 'resnet101', 'resnet152', 'resnext50_32x4d', 'resnet20'])
      for (const backend of ['ort-web/webgpu', 'ort-web/webgpu-jsep', 'ort-node/webgpu'])
        expect(ids(folded(id), backend)).toEqual([]);
    expect(ids(folded('resnet50'), 'ort-web/webgl')).toEqual([]);
    expect(ids(folded('opgrid'), 'ort-web/webgpu-jsep')).toEqual(['webgpu-group-width']);
  });

  // Measured on ort-node/webgpu and ort-web/webgpu 1.30.0 with SwiftShader.
  it.each([
    [true, {}],
    [true, { in: 9 }],
    [true, { in: 21 }],
    [true, { in: 30, kernel: [5, 5] as const, pads: [2, 2, 2, 2] as const }],
    [true, { in: 9, strides: [2, 2] as const }],
    [true, { in: 9, kernel: [3, 1] as const, pads: [1, 0, 1, 0] as const }],
    [true, { kernel: [1, 1] as const, strides: [2, 2] as const, pads: [0, 0, 0, 0] as const }],
    [true, { kernel: [1, 1] as const, pads: [0, 1, 0, 0] as const }],
    [true, { in: 9, out: 32 }],
    [false, { in: 9, out: 5 }],
    [false, { in: 9, out: 1 }],
    [false, { in: 9, kernel: [1, 1] as const, pads: [0, 0, 0, 0] as const }],
    [false, { in: 18, group: 2 }],
    [false, { in: 10 }],
    [false, { in: 12 }],
    [false, { in: 3 }],
  ])('of a multiple of three channels: %s for %j', (wrong, more) => {
    const graph = one({ ...conv(6, 8, 3, 1), ...more });
    expect(ids(graph, 'ort-node/webgpu')).toEqual(wrong ? ['webgpu-three-channels'] : []);
    expect(ids(graph, 'ort-web/webgpu-jsep')).toEqual([]);
  });

  // Measured on ort-node/webgpu and ort-web/webgpu-jsep 1.30.0.
  it.each([
    [true, { pads: [0, 0, 0, 1] as const }],
    [true, { pads: [0, 0, 2, 0] as const }],
    [false, { pads: [0, 1, 0, 1] as const }],
    [false, { pads: [0, 0, 0, 1] as const, strides: [2, 2] as const }],
    [false, { pads: [0, 0, 0, 1] as const, group: 5 }],
    [false, { pads: [0, 0, 0, 1] as const, kernel: [2, 2] as const }],
  ])('of padding at the end of a 1×1 convolution: %s for %j', (wrong, more) => {
    const graph = one({ ...conv(5, 5, 1, 1), ...more });
    for (const backend of ['ort-web/webgpu', 'ort-web/webgpu-jsep'])
      expect(ids(graph, backend)).toEqual(wrong ? ['webgpu-pointwise-pads'] : []);
  });

  // Measured on ort-node/webgpu 1.30.0.
  it.each([
    [true, ['Conv', 'Relu', 'Gelu']],
    [true, ['Conv', 'Gelu', 'Relu']],
    [true, ['Conv', 'BatchNormalization', 'Relu', 'Relu', 'Gelu']],
    [false, ['Conv', 'Gelu']],
    [false, ['Relu', 'Gelu']],
    [false, ['BatchNormalization', 'Relu', 'Gelu']],
    [false, ['Conv', 'Relu', 'MaxPool', 'Gelu']],
    [false, ['Conv', 'Relu', 'Conv', 'Gelu']],
  ])('of a ReLU beside a Gelu: %s for %j', (wrong, names) => {
    const ops: { [name: string]: Op } = {
      Conv: conv(4, 4, 3, 1),
      Relu: RELU,
      Gelu: { op: 'Gelu' },
      BatchNormalization: { op: 'BatchNormalization', channels: 4, epsilon: 1e-5 },
      MaxPool: { op: 'MaxPool', kernel: [2, 2], strides: [1, 1], pads: [0, 0, 0, 0] },
    };
    const b = builder();
    let x = INPUT;
    for (const name of names) x = b.add(name, ops[name] as Op, x);
    expect(ids(b.finish('row', 4), 'ort-web/webgpu')).toEqual(wrong ? ['webgpu-relu-beside-gelu'] : []);
  });

  it('is added to the reason of what is wrong, and to nothing else', () => {
    const wrong = { status: 'wrong', reason: 'off' } as Outcome;
    const crash: Outcome = { status: 'crash', reason: 'off', phase: 'x' };
    const [defect] = DEFECTS;
    if (defect === undefined) throw new Error('no defect');
    const told = withDefects(
      new Map([
        ['a', wrong],
        ['b', crash],
      ]),
      [defect],
    );
    expect(told.get('a')).toMatchObject({
      reason: expect.stringMatching(/^off; perhaps a known defect: version 1\.30/),
    });
    expect(told.get('b')).toEqual(crash);
    expect(withDefects(new Map([['a', wrong]]), []).get('a')).toEqual(wrong);
  });
});
