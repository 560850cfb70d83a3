import { describe, expect, it } from 'vitest';
import { evaluate } from '../../reference/evaluate.ts';
import { FORMATS } from '../../reference/formats/formats.ts';
import { INPUT } from '../../reference/graph.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { BACKENDS } from '../../suites/backends/backends.ts';
import { doubtOf, type Other, othersFor } from '../../suites/locate/doubt.ts';
import { exportOf } from '../../suites/locate/exported.ts';
import type { Failure } from '../../suites/locate/suspect.ts';
import { judgeElements } from '../reference/elements.ts';

const conv = { op: 'Conv', kernel: [1, 1], strides: [1, 1], pads: [0, 0, 0, 0], group: 1, bias: false } as const;
const node = { name: 'c', inputs: [INPUT], in: 2, out: 2, ...conv } as const;
const graph = { name: 'one', channels: 2, nodes: [node], output: 'c', stages: new Map() };
const weights = new Map([['c.weight', Float32Array.of(1, 2, 3, 4)]]);
const input = seededTensor(0, 1, 2, 4);
const exact = evaluate(graph, weights, input).get('c')?.data ?? new Float64Array(0);
const verdict = judgeElements([2], [0], [1]);
const failure: Failure = {
  ...{ graph, weights, input, index: 0, arithmetic: FLOAT32, output: [2] },
  ...{ verdict, own: undefined },
};

const other = (id: string, output: ArrayLike<number> | Error): Other => ({
  id,
  probe: async () => {
    if (output instanceof Error) throw output;
    const placement = { device: 'cpu', proof: '', nodes: {}, notes: [] };
    return { calls: [{ input: 0, outputs: new Map([['c', output]]) }], placement, wasm: [] };
  },
});

describe.each(FORMATS.map(({ id }) => id))('what a backend is accused of, as %s', (format) => {
  const written = (values: Float32Array) =>
    exportOf(format, { graph, weights: new Map([['c.weight', values]]) }, { batch: 1, size: 4 }, ['c']);
  const right = written(Float32Array.of(1, 2, 3, 4));

  it('stands where the file read again and another backend agree with the truth', async () => {
    expect(await doubtOf(failure, await right, format, [other('a', exact)])).toBeUndefined();
  });

  it('is the export’s fault where the file holds something else', async () => {
    const doubt = await doubtOf(failure, await written(Float32Array.of(1, 2, 4, 3)), format, [other('a', exact)]);
    expect(doubt).toMatchObject({ backend: undefined, verdict: { ratio: expect.any(Number) } });
  });

  it('is in doubt where the first backend that can run it differs too', async () => {
    const [absent, wrong] = [
      other('a', new Error('absent')),
      other(
        'b',
        exact.map((x: number) => x + 1),
      ),
    ];
    expect(await doubtOf(failure, await right, format, [absent, wrong, other('c', exact)])).toMatchObject({
      backend: 'b',
    });
  });
});

describe('who checks an accusation', () => {
  it('is another backend of the same format, on the processor', () => {
    for (const row of BACKENDS.filter(({ format }) => format !== undefined)) {
      const others = othersFor(row);
      expect(others.length, row.id).toBeGreaterThan(0);
      for (const { id, format, device } of others) {
        expect([id === row.id, format]).toEqual([false, row.format]);
        expect(['cpu', 'wasm']).toContain(device);
      }
    }
    expect(BACKENDS.filter(({ id }) => id === 'ort-web/webgl').flatMap(othersFor)[0]?.id).toBe('ort-node/cpu');
    expect(BACKENDS.filter(({ id }) => id === 'tfjs/webgl').flatMap(othersFor)[0]?.id).toBe('tfjs/cpu');
  });
});
