import { evaluate } from '../../reference/evaluate.ts';
import { type Graph, INPUT, type Node } from '../../reference/graph.ts';
import { piecesOf } from '../../reference/passes/cut.ts';
import { isSquare } from '../../reference/passes/layers.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { firstWrong } from './first-wrong.ts';
import { failing, isProved, shrink } from './shrink.ts';
import { differs, type Failure, type OwnPart, type Suspect } from './suspect.ts';

/** Runs a graph and resolves to its output. */
export type RunGraph = (graph: Graph, weights: Weights, input: Tensor) => Promise<ArrayLike<number>>;

/** The first node whose value is wrong, and the smallest failing graph that was found around it. */
export type Located = {
  readonly node: Node;
  readonly whole: Failure;
  readonly smallest: Failure;
  /**
   * Whether the smallest graph's error is beyond its worst-case bound, which no right implementation's is. Otherwise it
   * is beyond what right implementations were seen to do.
   */
  readonly proved: boolean;
  /**
   * Whether this node, and each other one alone, is within the limits of Winograd's algorithm, whose errors are larger
   * than those of sums of products: right, if less exact.
   */
  readonly lessExact: boolean;
};

/** A piece of more nodes than these is not run in search of a proof: its worst-case bound is wide. */
const MOST_PROVED = 8;

/** Values rounded to float32, as a runtime gets them. */
const rounded = (x: Tensor): Tensor => ({ shape: x.shape, data: x.data.map(Math.fround) });

/** A network, the input that is under suspicion, and its index. */
type Accused = Pick<Failure, 'graph' | 'weights' | 'input' | 'index' | 'own'>;

/**
 * The pieces that end at a node, smallest first, fed the reference's own values rounded to float32; each with what runs
 * and judges it, as an export or, where an export does not show it, as a part of the user's own file.
 */
function piecesAround({ graph, weights, input, index, own }: Accused, suspect: Suspect) {
  const values = evaluate(graph, weights, input).set(INPUT, input);
  const valueAt = (name: string): Tensor => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no value '${name}'`);
    return value;
  };
  const pieces = piecesOf(graph, (name) => valueAt(name).shape[1] ?? 1, graph.nodes.length);
  return function* (node: string) {
    for (const { source, graph: piece } of pieces(node)) {
      if (!isSquare(valueAt(source).shape)) continue;
      const trial = { graph: piece, weights, input: rounded(valueAt(source)), index };
      const tryIt = (part: OwnPart | undefined) =>
        failing(trial, suspect, part).catch(({ message }: Error) => {
          suspect.log(`${piece.nodes.map(({ name }) => name).join(' → ')} cannot be run: ${message}`);
          return undefined;
        });
      yield {
        nodes: piece.nodes.length,
        async failure() {
          const part = own && suspect.own?.part(node, source);
          return (await tryIt(undefined)) ?? (part && (await tryIt(part)));
        },
      };
    }
  };
}

/**
 * The smallest piece around the last node of a failing graph that fails by itself. One that is beyond its worst-case
 * bound is preferred. Undefined where only the whole fails.
 */
async function smallestPiece(whole: Failure, suspect: Suspect): Promise<Failure | undefined> {
  const pieces = piecesAround(whole, suspect);
  let first: Failure | undefined;
  for (const piece of pieces(whole.graph.output)) {
    if (first !== undefined && piece.nodes > MOST_PROVED) break;
    const found = await piece.failure();
    if (found !== undefined && isProved(found)) return found;
    first ??= found;
  }
  return first;
}

/** Whether a failure is within the limits of Winograd's algorithm, and nothing proves it wrong. */
const isLessExact = (failure: Failure): boolean => !differs(failure.verdict) && !isProved(failure);

/** The first node that fails in the smallest piece around it, by more than being less exact. */
async function firstBeyondWinograd(accused: Accused, suspect: Suspect) {
  const pieces = piecesAround(accused, suspect);
  for (const node of accused.graph.nodes) {
    const { value: smallest } = pieces(node.name).next();
    const failure = smallest && (await smallest.failure());
    if (failure && !isLessExact(failure)) return { node, failure };
  }
  return undefined;
}

/**
 * Finds the first node that a suspect computes wrongly on any of the inputs, and the smallest graph that shows it.
 * Undefined where the graph's stages and output are right. Pieces of the graph get the reference's own values, rounded
 * to float32. Throws where a truth is not finite.
 */
export async function locate(
  graph: Graph,
  weights: Weights,
  inputs: readonly Tensor[],
  suspect: Suspect,
): Promise<Located | undefined> {
  const whole = await firstWrong({ graph, weights, inputs }, suspect);
  if (whole === undefined) return undefined;
  const { index, input, own } = whole;
  const first = { node: whole.graph.nodes.at(-1) as Node, failure: (await smallestPiece(whole, suspect)) ?? whole };
  const lessExact = isLessExact(first.failure);
  const other = lessExact ? await firstBeyondWinograd({ graph, weights, input, index, own }, suspect) : undefined;
  const { node, failure: piece } = other ?? first;
  const smallest = piece === whole || piece.own !== undefined ? piece : await shrink(piece, suspect);
  return { node, whole, smallest, proved: isProved(smallest), lessExact: lessExact && other === undefined };
}
