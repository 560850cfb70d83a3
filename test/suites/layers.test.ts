import { describe, expect, it } from 'vitest';
import { type Graph, inferShapes } from '../../reference/graph.ts';
import { buildModel, findModel } from '../../reference/models/models.ts';
import { foldGraph } from '../../reference/passes/fold-batch-norm.ts';
import { layersOf } from '../../reference/passes/layers.ts';
import type { Tensor } from '../../reference/tensor.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import { visit as layers } from '../../suites/layers/run.ts';
import type { Outcome } from '../../suites/record/record.ts';
import { DEFECTS, type Defect, saboteur } from '../saboteur.ts';
import { MADE_UP, toolsOf, visitOf } from '../visit.ts';

const tools = toolsOf({});
const visit = visitOf('resnet20.seed0', MADE_UP, 32, { suites: ['layers'] });

/** A float32 runtime with a defect in the node of a name; `spoil` may change what a session's call returns. */
function module(
  planted: string,
  defect: Defect | undefined,
  spoil: (graph: Graph, output: ArrayLike<number>) => ArrayLike<number> = (_, output) => output,
): BackendModule {
  return {
    start: async () => ({
      async open({ location, batch, channels, size, output }) {
        if (typeof location !== 'object') throw new Error('a layer is made in place');
        const { graph, weights } = location;
        const compute = saboteur(defect ? planted : '', defect ?? (DEFECTS['missing ReLU'] as Defect));
        const call = async (input: Float32Array) => {
          const x: Tensor = { shape: [batch, channels, size, size], data: Float64Array.from(input) };
          return spoil(graph, await compute(graph, weights, x));
        };
        return {
          prepare: (input) => input,
          run: call,
          tap: async (input) => new Map([[output, await call(input)]]),
          placement: async () => ({ device: 'cpu', proof: 'a test', nodes: { test: 1 }, notes: [] }),
          close: async () => {},
        };
      },
    }),
  };
}

async function outcome(made: BackendModule): Promise<Outcome> {
  const found = judgeVisit(MADE_UP, ['layers'], await layers(visit, MADE_UP, made, tools)).get('layers');
  if (found === undefined) throw new Error('no outcome');
  return found;
}
const reason = (one: Outcome) => ('reason' in one ? one.reason : '');

describe('layers', { timeout: 60_000 }, () => {
  it('takes every kind once, with what is fused to it', () => {
    const model = findModel('resnet18');
    if (model === undefined) throw new Error('no model');
    const { graph } = foldGraph(buildModel(model));
    const found = layersOf(graph, inferShapes(graph, 1, 64));
    expect(new Set(found.map(({ kind }) => kind)).size).toBe(found.length);
    const ops = found.map((layer) => layer.graph.nodes.map(({ op }) => op).join(' '));
    for (const wanted of [
      'Conv',
      'Conv Relu',
      'MaxPool',
      'Conv Relu Conv Add',
      'Conv Relu Conv Add Relu',
      'Flatten Gemm',
    ])
      expect(ops.join('\n')).toContain(wanted);
    // Deeper networks of the same kind repeat the same layers.
    const deeper = findModel('resnet34');
    if (deeper === undefined) throw new Error('no model');
    const other = foldGraph(buildModel(deeper)).graph;
    const known = new Set(found.map(({ kind }) => kind));
    for (const { kind } of layersOf(other, inferShapes(other, 1, 64))) expect(known).toContain(kind);
  });

  it('are right where every value is only rounded to float32', async () => {
    const good = await outcome(module('', undefined));
    expect(good.status).toBe('ok');
    if (good.status !== 'ok' || good.result.suite !== 'layers') throw new Error('no result');
    expect(good.result.layers).toHaveLength(good.result.total);
    expect(good.result.layers.every(({ check }) => check.ratio < 1 && check.runs === 4)).toBe(true);
  });

  it.each([
    ['layer1.0.conv1', 'wrong pad'],
    ['layer1.0.conv1', 'one channel 1 % too large'],
    ['layer1.0.conv1', 'float16 in one layer'],
    ['layer1.0.conv1', 'transposed weights'],
    ['layer2.0.conv1', 'wrong stride'],
    ['layer1.0.relu', 'missing ReLU'],
    ['layer1.0.conv1', 'ReLU where none belongs'],
  ])('names %s where it has the defect: %s', async (planted, defect) => {
    const bad = await outcome(module(planted, DEFECTS[defect]));
    expect(bad.status).toBe('wrong');
    expect(reason(bad)).toContain(`${planted} (`);
  });

  it('catches a session that answers with another that is open, and a NaN on a later call', async () => {
    let calls = 0;
    let other: ArrayLike<number> = [];
    const stale = module('', undefined, (_, output) => {
      calls++;
      const answer = calls % 4 === 0 && other.length === output.length ? other : output;
      other = output;
      return answer;
    });
    expect((await outcome(stale)).status).toBe('wrong');
    let runs = 0;
    const nan = module('', undefined, (_, output) => (++runs === 40 ? Array.from(output, () => Number.NaN) : output));
    expect(reason(await outcome(nan))).toMatch(/should be finite/);
  });

  it('names what a runtime refuses, and is no pass then', async () => {
    const refusing = module('', undefined, (graph, output) => {
      if (graph.nodes.some(({ op }) => op === 'Slice')) throw new Error('Slice with steps is not implemented\nat x');
      return output;
    });
    const one = await outcome(refusing);
    expect(one.status).toBe('unsupported');
    expect(reason(one)).toMatch(/layers do not run: layer2\.0.*Slice with steps is not implemented; the other \d+/);
  });
});
