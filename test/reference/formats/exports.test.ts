import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { FORMATS } from '../../../reference/formats/formats.ts';
import type { Op } from '../../../reference/graph.ts';
import { OPERATORS } from '../../../reference/ops/operators.ts';
import { cutAt } from '../../../reference/passes/cut.ts';
import { type Case, randomCase } from './randomgraphs.ts';

const KINDS = Object.keys(OPERATORS) as Op['op'][];
const SEEDS = 1500;

/** The part of a case that its output needs: a reader leaves out the rest. */
const needed = ({ graph, weights, input }: Case): Case => ({
  graph: cutAt(graph, graph.output),
  weights,
  input,
});

describe.each(FORMATS.map((format) => [format.id, format] as const))('exports as %s', (_, format) => {
  it('of any operators, shapes and names compute what the graph does', async () => {
    const [{ write }, { open }] = [await format.write(), await format.read()];
    const seen = new Set<string>();
    const faults: string[] = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const { graph, weights, input } = needed(randomCase(seed, KINDS, 6));
      const [batch = 1, , size = 1] = input.shape;
      for (const { op } of graph.nodes) seen.add(op);
      const wanted = evaluate(graph, weights, input).get(graph.output);
      if (wanted === undefined) throw new Error('nothing was computed');
      const scale = Math.max(1e-30, ...wanted.data.map(Math.abs));
      const text = `seed ${seed}: ${graph.nodes.map(({ name, op }) => `${name.slice(0, 20)} (${op})`).join(', ')}`;
      try {
        const { main, beside } = write(graph, weights, { batch, size, taps: [] });
        const read = open('random', main, beside).pieceAt(batch, size);
        const found = evaluate(read.graph, read.weights, input).get(read.graph.output);
        expect(found?.shape).toEqual(wanted.shape);
        const error = Math.max(...wanted.data.map((value, i) => Math.abs(value - (found?.data[i] ?? Number.NaN))));
        expect(error / scale).toBeLessThan(1e-12);
      } catch (error) {
        faults.push(`${text}: ${(error as Error).message.split('\n')[0]}`);
      }
    }
    expect(faults.slice(0, 5)).toEqual([]);
    expect([...seen].sort()).toEqual([...KINDS].sort());
  });
});
