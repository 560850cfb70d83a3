import { evaluateNode, walk } from '../evaluate.ts';
import { type Graph, INPUT, inferShape, type Node } from '../graph.ts';
import type { Tensor, Weights } from '../tensor.ts';
import { seededTensor } from '../weights/seeded.ts';

/** Inputs whose activations the statistics are of: those that visits run, at a batch of 1. */
const SEEN = 2;

/** Mean and variance of each channel, over images and pixels. Only +, × and ÷ in a fixed order, equal on every engine. */
function statistics({ shape, data }: Tensor): { mean: Float64Array; variance: Float64Array } {
  const [images = 1, channels = 1] = shape;
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

/** A node's parameters that its input decides, by name; none for most nodes. */
type Chosen = readonly (readonly [name: string, data: Float32Array])[];

/** The statistics of a batch normalisation that reads x. */
function normalising({ name }: Node, x: Tensor, weights: Weights): Chosen {
  const { mean, variance } = statistics(x);
  const chosen = (suffix: string, own: Float64Array) => {
    const seeded = weights.get(`${name}.${suffix}`);
    const data = Float32Array.from(own, (value, c) =>
      Math.fround(variance[c] ?? 0) === 0 ? (seeded?.[c] ?? 0) : value,
    );
    return [`${name}.${suffix}`, data] as const;
  };
  return [chosen('running_mean', mean), chosen('running_var', variance)];
}

/** The bias with which the mean of each channel of a convolution of x is its seeded bias, made positive. */
function centring(node: Node, x: Tensor, weights: Weights): Chosen {
  const shape = inferShape(node, new Map(node.inputs.map((name) => [name, x.shape])));
  const { mean } = statistics(evaluateNode(node, [x], weights, shape));
  const bias = weights.get(`${node.name}.bias`) ?? new Float32Array(mean.length);
  return [[`${node.name}.bias`, bias.map((value, c) => Math.abs(value) + (value - (mean[c] as number)))]];
}

/**
 * The weights `liveN` are `seedN`'s, except for these, by name: the running means and variances of every batch
 * normalisation, and the bias of a convolution that a ReLU follows directly. They are chosen from the float64
 * activations on seeded inputs 0 and 1 of [1, channels, size, size], so that each channel is positive somewhere, and no
 * ReLU hides it. Those of a node are set before it is evaluated. A channel that is constant keeps its seeded statistics:
 * its variance is 0, and 1/√ε would amplify it 316 times on other inputs. `weights` are seedN's.
 */
export function liveParameters(graph: Graph, weights: Weights, size: number): Weights {
  const rectified = new Set(graph.nodes.flatMap(({ op, inputs }) => (op === 'Relu' ? inputs : [])));
  const isChosen = (node: Node) =>
    node.op === 'BatchNormalization' || (node.op === 'Conv' && node.bias && rectified.has(node.name));
  const chosen = graph.nodes.filter(isChosen);
  const found = new Map<string, Float32Array>();
  if (chosen.length === 0) return found;
  const current = new Map(weights);
  const choose = (source: string, value: Tensor) => {
    for (const node of chosen.filter(({ inputs }) => inputs[0] === source))
      for (const [name, data] of (node.op === 'Conv' ? centring : normalising)(node, value, current)) {
        current.set(name, data);
        found.set(name, data);
      }
  };
  const input = seededTensor(0, SEEN, graph.channels, size);
  choose(INPUT, input);
  walk(graph, current, input, ({ name }, _, output) => choose(name, output));
  return found;
}
