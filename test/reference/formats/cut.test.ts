import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { FORMATS } from '../../../reference/formats/formats.ts';
import { cutOnnx } from '../../../reference/formats/onnx/cut.ts';
import { readBytes, readFields } from '../../../reference/formats/onnx/protobuf.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import { INPUT, type Op } from '../../../reference/graph.ts';
import { joinBytes } from '../../../reference/join.ts';
import { OPERATORS } from '../../../reference/ops/operators.ts';
import { cutAt, piecesOf } from '../../../reference/passes/cut.ts';
import { isSquare } from '../../../reference/passes/layers.ts';
import { agrees } from './agrees.ts';
import { file, floats, node, some, value } from './onnxfile.ts';
import { randomCase } from './randomgraphs.ts';

const KINDS = Object.keys(OPERATORS) as Op['op'][];

describe.each(FORMATS.map((format) => [format.id, format] as const))('a part of a %s file', (_, format) => {
  it('computes what the graph does there, from the input or from any other value', async () => {
    const [{ write, cut }, { open }] = [await format.write(), await format.read()];
    const found = { whole: 0, pieces: 0 };
    for (let seed = 0; seed < 120; seed++) {
      const { graph: whole, weights, input } = randomCase(seed, KINDS, 6);
      const graph = cutAt(whole, whole.output);
      const [batch = 1, , size = 1] = input.shape;
      const { main, beside } = write(graph, weights, { batch, size, taps: [] });
      const values = evaluate(graph, weights, input).set(INPUT, input);
      const tapped = (name: string) => ({ name, shape: values.get(name)?.shape ?? [] });
      const expectSame = (part: Uint8Array | undefined, source: string, output: string) => {
        const [given, wanted] = [values.get(source), values.get(output)];
        if (part === undefined || given === undefined || wanted === undefined)
          throw new Error(`seed ${seed}: ${output}`);
        const [n = 1, , side = 1] = given.shape;
        const read = open('part', part, beside).pieceAt(n, side);
        const scale = Math.max(1e-30, ...wanted.data.map(Math.abs));
        const own = evaluate(read.graph, read.weights, given).get(read.graph.output)?.data ?? [];
        expect(own).toHaveLength(wanted.data.length);
        for (const [i, one] of wanted.data.entries())
          expect(Math.abs(one - (own[i] ?? Number.NaN)) / scale, `seed ${seed}: ${output}`).toBeLessThan(1e-12);
      };
      // A fused node's own value is not in the file.
      const written = new Set([...open('all', main, beside).pieceAt(batch, size).names.values()]);
      const pieces = piecesOf(graph, (name) => tapped(name).shape[1] ?? 1, 3);
      for (const { name } of graph.nodes.filter((one) => written.has(one.name))) {
        expectSame(cut(main, { source: undefined, output: tapped(name) }), INPUT, name);
        found.whole++;
        for (const { source } of pieces(name)) {
          if (source === INPUT || !written.has(source) || !isSquare(tapped(source).shape)) continue;
          expectSame(cut(main, { source: tapped(source), output: tapped(name) }), source, name);
          found.pieces++;
        }
      }
    }
    expect(found.whole).toBeGreaterThan(200);
    expect(found.pieces).toBeGreaterThan(40);
  });

  it('is none where it reads the input beside its source', async () => {
    const { write, cut } = await format.write();
    const nodes = [
      { name: 'r', op: 'Relu', inputs: [INPUT] },
      { name: 's', op: 'Add', inputs: ['r', INPUT] },
    ] as const;
    const graph = { name: 'sum', channels: 1, nodes, output: 's', stages: new Map() };
    const { main } = write(graph, new Map(), { batch: 1, size: 2, taps: [] });
    const [source, output] = [
      { name: 'r', shape: [1, 1, 2, 2] },
      { name: 's', shape: [1, 1, 2, 2] },
    ];
    expect(cut(main, { source, output })).toBeUndefined();
    expect(cut(main, { source: undefined, output })).toBeDefined();
  });
});

describe('a part of an ONNX file', () => {
  const constants = [floats('w', [4, 3, 1, 1], some(12)), floats('m', [5, 4], some(20))];
  const conv = node('Conv x,w > c', { auto_pad: 'SAME_UPPER', strides: [2, 2] });
  const whole = file([
    value(11, 'x', [1, 3, 6, 6]),
    value(11, 'w', [4, 3, 1, 1]),
    ...constants,
    conv,
    node('Relu c > r'),
    node('GlobalAveragePool r > p'),
    node('Flatten p > f'),
    node('Gemm f,m > out', { transB: 1 }),
    value(12, 'out', [1, 5]),
  ]);
  const part = cutOnnx(whole, { source: undefined, output: { name: 'out', shape: [1, 5] } }) ?? new Uint8Array(0);

  it('keeps its nodes byte for byte, and drops constants that nothing reads', () => {
    const cut = cutOnnx(whole, { source: undefined, output: { name: 'c', shape: [1, 4, 3, 3] } }) ?? new Uint8Array(0);
    const graph = readBytes(readFields(cut), 7).flatMap(readFields);
    const own = readBytes(readFields(joinBytes(conv)), 1);
    expect(readBytes(graph, 1)).toEqual(own);
    expect(readBytes(graph, 5)).toHaveLength(1);
    // The image, and the weight, which this file lists among its inputs.
    expect(readBytes(graph, 11)).toHaveLength(2);
  });

  it('is computed by ONNX Runtime as it is read', async () => {
    await agrees(part, ['Conv', 'Relu', 'GlobalAveragePool', 'Flatten', 'Gemm'], [1, 3, 6, 6]);
    expect(openOnnx('part', part, new Map()).at(1, 6).graph.output).toBe('out');
  });
});
