import { walk } from '../evaluate.ts';
import { type Graph, INPUT, type OpOf } from '../graph.ts';
import type { Tensor, Weights } from '../tensor.ts';
import { seededTensor } from './seeded.ts';

/** Inputs whose activations the statistics are of: those that visits run, at a batch of 1. */
const SEEN = 2;

type Normalization = { readonly name: string } & OpOf<'BatchNormalization'>;

/** Mean and variance of each channel, over images and pixels. Only +, × and ÷ in a fixed order, equal on every engine. */
function statistics({ shape, data }: Tensor, channels: number): { mean: Float64Array; variance: Float64Array } {
  const [images = 1] = shape;
  const area = data.length / images / channels;
  const over = (c: number, term: (value: number) => number): number => {
    let sum = 0;
    for (let n = 0; n < images; n++)
      for (let i = 0, at = (n * channels + c) * area; i < area; i++) sum += term(data[at + i] as number);
    return sum / (images * area);
  };
  const mean = Float64Array.from({ length: channels }, (_, c) => over(c, (value) => value));
  const variance = mean.map((centre, c) => over(c, (value) => (value - centre) * (value - centre)));
  return { mean, variance };
}

/**
 * The weights `liveN` are `seedN`'s, except for these: the running means and variances of every batch normalisation, by
 * name. They are those of the float64 activations that it reads on seeded inputs 0 and 1 of [1, channels, size, size],
 * so that each channel is positive somewhere, and negative elsewhere, and no ReLU hides one. They are set before what
 * follows the node is evaluated. A channel that is constant keeps its seeded statistics: its variance is 0, and 1/√ε
 * would amplify it 316 times on other inputs. `weights` are seedN's.
 */
export function liveStatistics(graph: Graph, weights: Weights, size: number): Weights {
  const readers = new Map<string, Normalization[]>();
  for (const node of graph.nodes) {
    const [source] = node.inputs;
    if (node.op !== 'BatchNormalization' || source === undefined) continue;
    readers.set(source, [...(readers.get(source) ?? []), node]);
  }
  const found = new Map<string, Float32Array>();
  if (readers.size === 0) return found;
  const current = new Map(weights);
  const set = (name: string, source: Float64Array, constant: readonly boolean[]) => {
    const data = Float32Array.from(source, (value, c) => (constant[c] ? (weights.get(name)?.[c] ?? 0) : value));
    current.set(name, data);
    found.set(name, data);
  };
  const normalise = (source: string, value: Tensor) => {
    for (const { name, channels } of readers.get(source) ?? []) {
      const { mean, variance } = statistics(value, channels);
      const constant = Array.from(variance, (one) => Math.fround(one) === 0);
      set(`${name}.running_mean`, mean, constant);
      set(`${name}.running_var`, variance, constant);
    }
  };
  const input = seededTensor(0, SEEN, graph.channels, size);
  normalise(INPUT, input);
  walk(graph, current, input, ({ name }, _, output) => normalise(name, output));
  return found;
}
