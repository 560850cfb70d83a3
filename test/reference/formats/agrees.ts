import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import { some } from './onnxfile.ts';

/** ONNX Runtime's values of a file, without its optimisations, and ours. */
async function both(bytes: Uint8Array, shape: readonly number[]) {
  const input = some(
    shape.reduce((product, extent) => product * extent, 1),
    3,
  );
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled' });
  const outputs = await session.run({ x: new ort.Tensor('float32', input, shape) });
  const { graph, weights } = openOnnx('test', bytes, new Map()).at(shape[0] ?? 1, shape[2] ?? 0);
  const data = Float64Array.from(input);
  const ours = evaluate(graph, weights, { shape, data }).get(graph.output);
  const theirs = outputs.out?.data;
  if (!(theirs instanceof Float32Array) || ours === undefined) throw new Error('no output');
  return { graph, theirs, ours: ours.data };
}

/** Expects these operators, and that every value equals ONNX Runtime's. */
export async function agrees(bytes: Uint8Array, ops: readonly string[], shape: readonly number[]): Promise<void> {
  const { graph, theirs, ours } = await both(bytes, shape);
  expect(graph.nodes.map(({ op }) => op)).toEqual(ops);
  expect(ours).toHaveLength(theirs.length);
  const errors = Array.from(theirs, (expected, i) => Math.abs((ours[i] ?? Number.NaN) - expected));
  expect(Math.max(...errors)).toBeLessThan(1e-5);
}
