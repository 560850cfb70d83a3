import { createHash } from 'node:crypto';
import { evaluate } from '../../reference/evaluate.ts';
import type { Graph } from '../../reference/graph.ts';
import { sizeOf, type Tensor, type Weights } from '../../reference/tensor.ts';

/** A tensor over `data`. Throws RangeError where the sizes disagree. */
export function tensor(shape: readonly number[], data: Float64Array): Tensor {
  if (sizeOf(shape) !== data.length)
    throw new RangeError(`shape [${shape}] needs ${sizeOf(shape)} values, got ${data.length}`);
  return { shape, data };
}

/** The part of a tensor that scripts/golden.py keeps: values at flat indices ⌊i·size/count⌋. */
export type Summary = { shape: number[]; sum: number; norm: number; values: number[] };
export type Golden = { output: Summary; stages: { [stage: string]: Summary } };

const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Largest difference, relative to the largest expected value; NaN where the lengths differ. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.NaN;
  const differences = Array.from(expected, (value, i) => Math.abs(value - (actual[i] ?? Number.NaN)));
  // Math.max keeps a NaN, so that it fails any limit.
  return Math.max(...differences) / largest(expected);
}

/** The worst relative error of a tensor's sum, norm and sampled values. */
function summaryError({ shape, data }: Tensor, golden: Summary): number {
  if (`${shape}` !== `${golden.shape}`) return Number.NaN;
  const sampled = golden.values.map((_, i) => data[Math.floor((i * sizeOf(shape)) / golden.values.length)] ?? NaN);
  const sum = data.reduce((total, value) => total + value, 0);
  const norm = Math.sqrt(data.reduce((total, value) => total + value * value, 0));
  return Math.max(
    relativeError(sampled, golden.values),
    Math.abs(norm - golden.norm) / golden.norm,
    // A sum of logits may nearly cancel.
    Math.abs(sum - golden.sum) / Math.max(Math.abs(golden.sum), golden.norm),
  );
}

/** The worst relative error of each stage and of the output. */
export function goldenErrors(
  graph: Graph,
  weights: Weights,
  input: { shape: readonly number[]; data: Float32Array },
  golden: Golden,
): { [tap: string]: number } {
  const outputs = evaluate(graph, weights, tensor(input.shape, Float64Array.from(input.data)));
  const error = (node: string, summary: Summary) => {
    const output = outputs.get(node);
    return output === undefined ? Number.NaN : summaryError(output, summary);
  };
  const stages = Object.entries(golden.stages).map(([stage, summary]): [string, number] => [
    stage,
    error(graph.stages.get(stage) ?? '', summary),
  ]);
  return { ...Object.fromEntries(stages), output: error(graph.output, golden.output) };
}

/** The worst of some errors; NaN where one is. */
export function worst(errors: { [tap: string]: number }): number {
  return Math.max(...Object.values(errors));
}

/** SHA-256 of float32 arrays, one after the other. */
export function sha256(...arrays: Float32Array[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}
