import { maximum } from '../../reference/collect.ts';
import { type Graph, inferShapes, type Node, nodeParameters } from '../../reference/graph.ts';
import { truth } from '../../reference/judge/bounds.ts';
import { proofOf } from '../../reference/judge/proof.ts';
import { whyUnsound } from '../../reference/judge/sound.ts';
import { isRight } from '../../reference/judge/verdict.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import { operatorOf } from '../../reference/ops/operators.ts';
import { nchw, parameter, sizeOf, type Tensor } from '../../reference/tensor.ts';
import { type Failure, type OwnPart, type Suspect, worstOf } from './suspect.ts';

/** A graph to run on one input. */
export type Trial = Pick<Failure, 'graph' | 'weights' | 'input' | 'index'>;

/**
 * Runs a graph, or a part of the user's own file that computes it, and judges its output against its own truth.
 * Undefined where it is right.
 */
export async function failing(
  { graph, weights, input, index }: Trial,
  suspect: Suspect,
  own: OwnPart | undefined,
): Promise<Failure | undefined> {
  const { arithmetic } = suspect;
  const expected = truth({ graph, weights, input }, new Map([['output', graph.output]]), arithmetic).get('output');
  if (expected === undefined) throw new Error(`${graph.output} was not computed`);
  // A piece may have no truth where a value of its input is beyond float32's range: it shows nothing.
  if (whyUnsound(expected) !== undefined) return undefined;
  const [calls = []] = await (own?.run([input]) ?? suspect.run(graph, weights, [input]));
  const worst = worstOf(calls, expected);
  return worst && { graph, weights, input, index, arithmetic, ...worst, own: own?.file };
}

/** Whether a failure is beyond its worst-case bound. */
export const isProved = ({ graph, weights, input, arithmetic, output }: Failure): boolean =>
  !isRight(proofOf(output, rigorous(graph, weights, input, arithmetic)));

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

/** The first channels and pixels of an image. */
function smaller(input: Tensor, channels: number, size: number): Tensor {
  const [n, c, h, w] = nchw(input.shape);
  const [height, width, depth] = [Math.min(h, size), Math.min(w, size), Math.min(c, channels)];
  const data = new Float64Array(n * depth * height * width);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const channel = Math.floor(i / (width * height)) % depth;
    const image = Math.floor(i / (width * height * depth));
    data[i] = input.data[((image * c + channel) * h + y) * w + x] as number;
  }
  return { shape: [n, depth, height, width], data };
}

/**
 * A failing piece with at most `channels` channels in each value, cut out of its weights and input. Undefined where it
 * cannot be cut.
 */
function narrowed({ graph, weights, input, index }: Trial, channels: number, size: number): Trial | undefined {
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
  const image = smaller(input, channels, size);
  return { graph: { ...graph, channels: nchw(image.shape)[1], nodes }, weights: kept, input: image, index };
}

const widest = (graph: Graph, batch: number, size: number): number =>
  maximum([...inferShapes(graph, batch, size).values()].map(([, channels = 1]) => channels));

/**
 * Shrinks an export's piece while it still fails, and is still beyond its worst-case bound if it was: fewer channels
 * first, then a smaller image. A part of the user's own file stays as it is.
 */
export async function shrink(piece: Failure, suspect: Suspect): Promise<Failure> {
  let smallest = piece;
  const proved = isProved(piece);
  const fails = async (trial: Trial | undefined): Promise<Failure | undefined> => {
    const found = trial && (await failing(trial, suspect, undefined).catch(() => undefined));
    return found !== undefined && proved && !isProved(found) ? undefined : found;
  };
  const tries = (limit: number) => Array.from({ length: Math.ceil(Math.log2(limit)) }, (_, i) => 2 ** i);
  const [batch, , height] = nchw(piece.input.shape);
  const most = widest(piece.graph, batch, height);
  for (const channels of tries(most)) {
    const less = await fails(narrowed(smallest, channels, height));
    if (less === undefined) continue;
    smallest = less;
    break;
  }
  for (const size of tries(height)) {
    const less = await fails(narrowed(smallest, most, size));
    if (less !== undefined) return less;
  }
  return smallest;
}
