import { evaluateNode } from '../../reference/evaluate.ts';
import { type Graph, INPUT, inferShapes, type Node } from '../../reference/graph.ts';
import type { Truth } from '../../reference/judge/bounds.ts';
import { isComplete, watch } from '../../reference/judge/coverage.ts';
import { foldBatchNorm, foldGraph } from '../../reference/passes/fold-batch-norm.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { seededTensor } from '../../reference/weights/seeded.ts';
import { type Compute, float32, tapTruths } from './judging.ts';

/** Values by node; the input is one of them. */
export type Values = ReadonlyMap<string, Tensor>;

/** A network evaluated on one input: in float32 as a right runtime does, and in float64. */
export type Evaluation = { readonly single: Values; readonly double: Values; readonly truths: Map<string, Truth> };

/** A network that mutants are made of, in the form in which runtimes load it. */
export type Subject = {
  readonly id: string;
  readonly graph: Graph;
  readonly weights: Weights;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Taps by the node that they show; the logits are one. */
  readonly taps: ReadonlyMap<string, string>;
  /** Whether every channel is active on an input: no ReLU hides one. */
  readonly alive: boolean;
  /** On inputs 0 and 1, batches of one image. */
  readonly evaluations: readonly [Evaluation, Evaluation];
  /** Truths of both images as one batch. */
  readonly batch: Map<string, Truth>;
  /** The weights with the epsilon changed of the normalisation that is folded into a node; undefined without one. */
  refolded(node: string, epsilon: number): Weights | undefined;
};

function valuesOf(graph: Graph, weights: Weights, input: Tensor, compute: Compute): Values {
  const shapes = inferShapes(graph, input.shape[0] ?? 1, input.shape[2] ?? 1);
  const values = new Map<string, Tensor>([[INPUT, input]]);
  for (const node of graph.nodes)
    values.set(node.name, compute(node, inputsOf(node, values), weights, shapes.get(node.name) ?? []));
  return values;
}

/** A node's inputs among some values. Throws where one is missing. */
export function inputsOf(node: Node, values: Values): Tensor[] {
  return node.inputs.map((name) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${node.name}: no value ${name}`);
    return value;
  });
}

/** Evaluates a network of some size, folded, on a visit's two inputs. `given` is the network as it is read. */
export function subjectOf(
  id: string,
  given: { readonly graph: Graph; readonly weights: Weights },
  size: number,
): Subject {
  const { graph, weights } = foldBatchNorm(given.graph, given.weights);
  const inputs = [0, 1].map((index) => seededTensor(index, 1, graph.channels, size));
  const both = seededTensor(0, 2, graph.channels, size);
  const truths = tapTruths(given.graph, given.weights, [...inputs, both]);
  const evaluate = (index: number): Evaluation => ({
    single: valuesOf(graph, weights, inputs[index] as Tensor, float32),
    double: valuesOf(graph, weights, inputs[index] as Tensor, evaluateNode),
    truths: truths[index] ?? new Map(),
  });
  const evaluations = [evaluate(0), evaluate(1)] as const;
  const watching = watch();
  for (const { double } of evaluations)
    for (const node of graph.nodes) watching.see(node, inputsOf(node, double), double.get(node.name) as Tensor);
  const { pairs } = foldGraph(given.graph);
  return {
    id,
    graph,
    weights,
    shapes: inferShapes(graph, 1, size),
    taps: new Map([...[...graph.stages].map(([tap, node]) => [node, tap] as const), [graph.output, 'logits']]),
    alive: isComplete(watching.coverage(2)),
    evaluations,
    batch: truths[2] ?? new Map(),
    refolded(node, epsilon) {
      const pair = pairs.find(({ conv }) => conv.name === node);
      if (pair === undefined) return undefined;
      const [conv, norm] = [given.graph.nodes.find(({ name }) => name === node), { ...pair.norm, epsilon }];
      const nodes = conv === undefined ? [] : [conv, { ...norm, inputs: [node] }];
      return foldBatchNorm({ ...given.graph, nodes }, given.weights).weights;
    },
  };
}

/** Mutants that are evaluated at once, as a batch: most of an evaluation at small sizes is reading the weights. */
const AT_ONCE = 16;

const imageOf = ({ shape, data }: Tensor, index: number): Tensor => {
  const size = data.length / (shape[0] ?? 1);
  return { shape: [1, ...shape.slice(1)], data: data.subarray(index * size, (index + 1) * size) };
};

function stacked(images: readonly Tensor[]): Tensor {
  const [first] = images;
  const size = first?.data.length ?? 0;
  const data = new Float64Array(images.length * size);
  for (const [i, image] of images.entries()) data.set(image.data, i * size);
  return { shape: [images.length, ...(first?.shape.slice(1) ?? [])], data };
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The changed taps of one mutant; a tap that is equal to the clean one is left out. */
type Taps = Map<string, Tensor>;

/** The same for a few mutants, whose outputs of a node are the images of one batch. */
function propagateBatch(
  subject: Subject,
  clean: Values,
  node: Node,
  outputs: readonly Tensor[],
  compute: Compute,
): Taps[] {
  const { graph, weights, shapes, taps } = subject;
  const found = outputs.map((): Taps => new Map());
  const changed = new Map<string, Tensor>();
  const note = (name: string, value: Tensor) => {
    const before = clean.get(name)?.data ?? new Float64Array(0);
    const images = outputs.map((_, i) => imageOf(value, i));
    const differs = images.map((image) => !isSame(image.data, before));
    if (differs.includes(true)) changed.set(name, value);
    if (!taps.has(name)) return;
    for (const [i, image] of images.entries()) if (differs[i]) found[i]?.set(name, image);
  };
  note(node.name, stacked(outputs));
  const repeated = (value: Tensor) => stacked(outputs.map(() => value));
  for (const next of graph.nodes.slice(graph.nodes.indexOf(node) + 1)) {
    if (!next.inputs.some((input) => changed.has(input))) continue;
    const inputs = inputsOf(next, clean).map((value, i) => changed.get(next.inputs[i] ?? '') ?? repeated(value));
    const shape = [outputs.length, ...(shapes.get(next.name) ?? []).slice(1)];
    note(next.name, compute(next, inputs, weights, shape));
  }
  return found;
}

/**
 * For each of some outputs of a mutated node, [1, …], the taps that change, computed from there on. Where all values are
 * those of the clean network again, nothing more is computed.
 */
export function propagate(
  subject: Subject,
  clean: Values,
  { node, outputs }: { readonly node: Node; readonly outputs: readonly Tensor[] },
  compute: Compute,
): Taps[] {
  const found: Taps[] = [];
  for (let from = 0; from < outputs.length; from += AT_ONCE)
    found.push(...propagateBatch(subject, clean, node, outputs.slice(from, from + AT_ONCE), compute));
  return found;
}
