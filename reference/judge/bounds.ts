import { grouped } from '../collect.ts';
import { walk } from '../evaluate.ts';
import { isDenormal } from '../float32.ts';
import type { Graph, Node } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import type { Arithmetic } from '../ops/rounding.ts';
import type { Way } from '../ops/way.ts';
import { foldBatchNorm } from '../passes/fold-batch-norm.ts';
import { sizeOf, type Tensor, type Weights } from '../tensor.ts';
import { emulate } from './emulate.ts';
import { type Norms, normsOf, type Tiers, tiersFrom } from './limits.ts';
import { FLOAT32_WAYS } from './ways.ts';

export const FLOAT32: Arithmetic = { unit: 2 ** -24, operand: 0, ways: FLOAT32_WAYS };

export type Truth = {
  /** The exact output, up to float64 rounding. */
  readonly value: Tensor;
  /** Per element, the largest error that is allowed. */
  readonly allowed: Float64Array;
  /** What else is allowed, where the bound comes from emulations; undefined where it is a worst case. */
  readonly limits: Tiers | undefined;
};

/** A graph, its weights, and an input, [N, C, size, size]. */
export type Given = { readonly graph: Graph; readonly weights: Weights; readonly input: Tensor };

/** A truth with limits. `allowed` is the widest limit of an element, so that no right implementation exceeds it. */
export const limited = (value: Tensor, limits: Tiers): Truth => ({
  value,
  allowed: new Float64Array(value.data.length).fill(limits.wide.largest),
  limits,
});

/** Images of a batch that are emulated. */
const IMAGES = 2;

/** One image of a batch. */
const imageOf = (x: Tensor, image: number, length: number): Float64Array =>
  x.data.subarray(image * length, (image + 1) * length);

/**
 * Which images of a batch are emulated: those with the largest Euclidean norm, whose rounding errors are the largest, in
 * the batch's order.
 */
function largestImages(x: Tensor): number[] {
  const [n = 1, ...rest] = x.shape;
  const length = sizeOf(rest);
  const norms = Array.from({ length: n }, (_, i) => norm({ shape: rest, data: imageOf(x, i, length) }));
  const size = (image: number) => norms[image] || 0;
  return [...norms.keys()]
    .sort((a, b) => size(b) - size(a))
    .slice(0, IMAGES)
    .sort((a, b) => a - b);
}

/** These images of a batch. */
function imagesOf(x: Tensor, images: readonly number[]): Tensor {
  const [n = 1, ...rest] = x.shape;
  if (n === images.length) return x;
  const length = sizeOf(rest);
  const data = new Float64Array(images.length * length);
  for (const [i, image] of images.entries()) data.set(imageOf(x, image, length), i * length);
  return { shape: [images.length, ...rest], data };
}

function norm(x: Tensor): number {
  let sum = 0;
  for (const value of x.data) sum += value * value;
  return Math.sqrt(sum);
}

/** The folded network, and the taps that it still has: a convolution loses its own value to the folded normalisation. */
function foldedTaps(given: Given, wanted: ReadonlyMap<string, string>): { given: Given; taps: Map<string, string> } {
  const { graph, weights, input } = given;
  const kept = foldBatchNorm({ ...graph, stages: wanted }, weights);
  const gone = new Set(kept.folded);
  const taps = [...wanted].flatMap(([tap, node]) => {
    const now = kept.graph.stages.get(tap);
    return gone.has(node) || now === undefined ? [] : [[tap, now] as const];
  });
  return { given: { graph: kept.graph, weights: kept.weights, input }, taps: new Map(taps) };
}

const hasDenormal = (values: Iterable<number>): boolean => {
  for (const value of values) if (isDenormal(value)) return true;
  return false;
};

/** The batches of a value, one after the other. */
function partsOf({ shape: [n = 1, ...rest], data }: Tensor, batches: readonly number[]): Tensor[] {
  let at = 0;
  return batches.map((batch) => {
    const length = (data.length / n) * batch;
    const part = { shape: [batch, ...rest], data: data.slice(at, at + length) };
    at += length;
    return part;
  });
}

/** Several batches as one. */
function joined(inputs: readonly Tensor[]): Tensor {
  const [, ...rest] = inputs[0]?.shape ?? [];
  const batch = inputs.reduce((sum, { shape: [n = 1] }) => sum + n, 0);
  const data = new Float64Array(batch * sizeOf(rest));
  let at = 0;
  for (const input of inputs) {
    data.set(input.data, at);
    at += input.data.length;
  }
  return { shape: [batch, ...rest], data };
}

/** A network and some inputs, [N, C, size, size], of the same size. */
type GivenInputs = {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly inputs: readonly Tensor[];
  /** Where given, it is called for every node with its exact inputs and output, all inputs in one batch. */
  readonly observe?: (node: Node, inputs: readonly Tensor[], output: Tensor) => void;
};

/**
 * For each input, the float64 truth of the wanted nodes, with limits on the error of an output computed in the
 * arithmetic: the network is computed in each of the arithmetic's ways, and limits are the largest errors times a factor.
 * `wanted` maps a tap's name to a node's. Inputs are assumed exact.
 */
export function truthsOf(
  { graph, weights, inputs, observe }: GivenInputs,
  wanted: ReadonlyMap<string, string>,
  { ways }: Arithmetic,
): Map<string, Truth>[] {
  const input = joined(inputs);
  const names = grouped([...wanted], ([, node]) => node);
  const values = new Map<string, Tensor>();
  let denormal = hasDenormal(input.data) || [...weights.values()].some(hasDenormal);
  walk(graph, weights, input, (node, read, output) => {
    observe?.(node, read, output);
    denormal ||= hasDenormal(output.data);
    for (const [tap] of names.get(node.name) ?? []) values.set(tap, output);
  });
  const images = largestImages(input);
  const few = { graph, weights, input: imagesOf(input, images) };
  const kept = { given: few, taps: wanted };
  const folded = foldedTaps(few, wanted);
  const unfolded = folded.given.graph.nodes.length === graph.nodes.length;
  const exact = new Map([...values].map(([tap, value]) => [tap, imagesOf(value, images)]));
  const errorsOf = (list: readonly Way[]): Map<string, Norms[]> => {
    const errors = new Map<string, Norms[]>([...wanted.keys()].map((tap) => [tap, []]));
    for (const way of list) {
      // Where nothing is folded, both are the same network.
      if (!way.folded && unfolded) continue;
      const { given: network, taps } = way.folded ? folded : kept;
      const here = grouped([...taps], ([, node]) => node);
      emulate(network, way, (node, output) => {
        for (const [tap] of here.get(node.name) ?? [])
          errors.get(tap)?.push(normsOf(output.data, exact.get(tap) as Tensor));
      });
    }
    return errors;
  };
  const winograd = graph.nodes.some((node) => operatorOf(node).winograd?.(node));
  const direct = errorsOf([...ways.direct, ...(denormal ? [ways.flushing] : [])]);
  const transformed = errorsOf(winograd ? ways.winograd : []);
  const batches = inputs.map(({ shape: [n = 1] }) => n);
  const truths = inputs.map(() => new Map<string, Truth>());
  for (const [tap, value] of values) {
    const part = norm(exact.get(tap) as Tensor);
    for (const [i, one] of partsOf(value, batches).entries()) {
      const scale = part === 0 ? 1 : norm(one) / part;
      truths[i]?.set(tap, limited(one, tiersFrom(direct.get(tap) ?? [], transformed.get(tap) ?? [], one, scale)));
    }
  }
  return truths;
}

/** The truth of one input. */
export const truth = (
  { graph, weights, input }: Given,
  wanted: ReadonlyMap<string, string>,
  a: Arithmetic,
): Map<string, Truth> => truthsOf({ graph, weights, inputs: [input] }, wanted, a)[0] ?? new Map();
