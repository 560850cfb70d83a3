import { maximum } from '../../reference/collect.ts';
import { evaluate } from '../../reference/evaluate.ts';
import { type Graph, INPUT, inferShapes, type Node, nodeParameters } from '../../reference/graph.ts';
import { type Truth, truth } from '../../reference/judge/bounds.ts';
import { requireSound, whyUnsound } from '../../reference/judge/sound.ts';
import { isRight, judge, type Verdict } from '../../reference/judge/verdict.ts';
import { operatorOf } from '../../reference/ops/operators.ts';
import type { Arithmetic } from '../../reference/ops/rounding.ts';
import { cutAt, piecesOf } from '../../reference/passes/cut.ts';
import { isSquare } from '../../reference/passes/layers.ts';
import { nchw, parameter, sizeOf, type Tensor, type Weights } from '../../reference/tensor.ts';

/** Runs a graph on the backend and resolves to its output. */
export type RunGraph = (graph: Graph, weights: Weights, input: Tensor) => Promise<ArrayLike<number>>;

/** What is under suspicion: how it runs a graph, and how its precision rounds. */
export type Suspect = { readonly run: RunGraph; readonly arithmetic: Arithmetic };

/** A graph that a backend computes wrongly, with the weights and input that show it. */
export type Failure = {
  readonly graph: Graph;
  readonly weights: Weights;
  readonly input: Tensor;
  readonly arithmetic: Arithmetic;
  readonly verdict: Verdict;
};

/** The first node whose value is wrong, and the smallest failing graph that was found around it. */
export type Located = { readonly node: Node; readonly whole: Failure; readonly smallest: Failure };

/** Values rounded to float32, as a runtime gets them. */
const rounded = (x: Tensor): Tensor => ({ shape: x.shape, data: x.data.map(Math.fround) });

/** Runs a graph and judges its output against its own truth. Undefined where it is right. */
async function failure(
  { graph, weights, input }: { readonly graph: Graph; readonly weights: Weights; readonly input: Tensor },
  { run, arithmetic }: Suspect,
  known?: Truth,
): Promise<Failure | undefined> {
  const expected =
    known ?? truth({ graph, weights, input }, new Map([['output', graph.output]]), arithmetic).get('output');
  if (expected === undefined) throw new Error(`${graph.output} was not computed`);
  // A piece may have no truth where a value of its input is beyond float32's range: it shows nothing.
  if (whyUnsound(expected) !== undefined) return undefined;
  const verdict = judge(await run(graph, weights, input), expected);
  return isRight(verdict) ? undefined : { graph, weights, input, arithmetic, verdict };
}

/**
 * Finds the first wrong node. Each candidate is tested as the only output of a graph that is cut there, because a tap
 * may hide the defect of a fusion. Bisects over the execution order, then steps back while an input is wrong.
 */
async function firstWrong(
  graph: Graph,
  weights: Weights,
  input: Tensor,
  suspect: Suspect,
): Promise<Failure | undefined> {
  const truths = truth(
    { graph, weights, input },
    new Map(graph.nodes.map(({ name }) => [name, name])),
    suspect.arithmetic,
  );
  for (const [name, one] of truths) requireSound(name, one);
  const tried = new Map<string, Promise<Failure | undefined>>();
  const tryAt = (name: string) => {
    const known = tried.get(name) ?? failure({ graph: cutAt(graph, name), weights, input }, suspect, truths.get(name));
    tried.set(name, known);
    return known;
  };
  // Pooling averages a small defect away, so the ends of stages are tested before the output.
  let wrong: Failure | undefined;
  for (const name of [...graph.stages.values(), graph.output]) {
    wrong = await tryAt(name);
    if (wrong !== undefined) break;
  }
  if (wrong === undefined) return undefined;
  const wrongOutput = wrong.graph.output;
  let [low, high] = [-1, graph.nodes.findIndex((node) => node.name === wrongOutput)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const found = await tryAt((graph.nodes[middle] as Node).name);
    if (found === undefined) low = middle;
    else [wrong, high] = [found, middle];
  }
  // Branches make the order partial, so the node that bisection found may still read a wrong value.
  for (let again = true; again; ) {
    again = false;
    const last = wrong.graph.nodes.at(-1) as Node;
    for (const name of last.inputs) {
      const before: Failure | undefined = name === INPUT ? undefined : await tryAt(name);
      if (before !== undefined) [wrong, again] = [before, true];
    }
  }
  return wrong;
}

/** The first values of a row-major array along each of its axes. */
function corner(data: Float32Array, from: readonly number[], to: readonly number[]): Float32Array {
  const cut = new Float32Array(sizeOf(to));
  for (let i = 0; i < cut.length; i++) {
    let [at, rest, step] = [0, i, 1];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const extent = to[axis] as number;
      at += (rest % extent) * step;
      rest = Math.floor(rest / extent);
      step *= from[axis] as number;
    }
    cut[i] = data[at] as number;
  }
  return cut;
}

/**
 * A failing piece with at most `channels` channels in each value, cut out of its weights and input. Undefined where it
 * cannot be cut.
 */
function narrowed(
  { graph, weights, input }: Failure,
  channels: number,
  size: number,
): Omit<Failure, 'arithmetic' | 'verdict'> | undefined {
  const [n, c, h, w] = nchw(input.shape);
  const kept = new Map(weights);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const op = operatorOf(node).narrowed(node, channels);
    if (op === undefined) return undefined;
    const less: Node = { ...op, name: node.name, inputs: node.inputs };
    const full = nodeParameters(node);
    for (const [i, { name, shape }] of nodeParameters(less).entries())
      kept.set(name, corner(parameter(weights, name), full[i]?.shape ?? [], shape));
    nodes.push(less);
  }
  const [height, width, depth] = [Math.min(h, size), Math.min(w, size), Math.min(c, channels)];
  const data = new Float64Array(n * depth * height * width);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const channel = Math.floor(i / (width * height)) % depth;
    const image = Math.floor(i / (width * height * depth));
    data[i] = input.data[((image * c + channel) * h + y) * w + x] as number;
  }
  return {
    graph: { ...graph, channels: depth, nodes },
    weights: kept,
    input: { shape: [n, depth, height, width], data },
  };
}

/** Shrinks a failing piece while it still fails: fewer channels first, then a smaller image. */
async function shrink(piece: Failure, suspect: Suspect): Promise<Failure> {
  let smallest = piece;
  const tries = (limit: number) => Array.from({ length: Math.ceil(Math.log2(limit)) }, (_, i) => 2 ** i);
  const [batch, , height] = nchw(piece.input.shape);
  const widest = maximum([...inferShapes(piece.graph, batch, height).values()].map(([, channels = 1]) => channels));
  for (const channels of tries(widest)) {
    const less = narrowed(smallest, channels, height);
    const fails = less && (await failure({ graph: less.graph, weights: less.weights, input: less.input }, suspect));
    if (fails) {
      smallest = fails;
      break;
    }
  }
  for (const size of tries(height)) {
    const less = narrowed(smallest, widest, size);
    const fails =
      less &&
      (await failure({ graph: less.graph, weights: less.weights, input: less.input }, suspect).catch(() => undefined));
    if (fails) return fails;
  }
  return smallest;
}

/**
 * Finds the first node that `run` computes wrongly, and the smallest graph that shows it. Undefined where the graph's
 * stages and output are right. Pieces of the graph get the reference's own values, rounded to float32. Throws where a
 * node's truth is not finite.
 */
export async function locate(
  graph: Graph,
  weights: Weights,
  input: Tensor,
  suspect: Suspect,
): Promise<Located | undefined> {
  const whole = await firstWrong(graph, weights, input, suspect);
  if (whole === undefined) return undefined;
  const node = whole.graph.nodes.at(-1) as Node;
  const values = evaluate(whole.graph, weights, input).set(INPUT, input);
  const valueAt = (name: string): Tensor => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no value '${name}'`);
    return value;
  };
  const pieces = piecesOf(whole.graph, (name) => valueAt(name).shape[1] ?? 1, whole.graph.nodes.length);
  for (const piece of pieces(node.name)) {
    if (!isSquare(valueAt(piece.source).shape)) continue;
    const fails = await failure({ graph: piece.graph, weights, input: rounded(valueAt(piece.source)) }, suspect);
    if (fails !== undefined) return { node, whole, smallest: await shrink(fails, suspect) };
  }
  return { node, whole, smallest: whole };
}
