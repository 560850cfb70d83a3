import { evaluate } from '../../reference/evaluate.ts';
import { type Graph, INPUT, type Node } from '../../reference/graph.ts';
import { piecesOf } from '../../reference/passes/cut.ts';
import { isSquare } from '../../reference/passes/layers.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { firstWrong } from './first-wrong.ts';
import { failing, isProved, shrink } from './shrink.ts';
import type { Failure, OwnPart, Suspect } from './suspect.ts';

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
};

/** A piece of more nodes than these is not run in search of a proof: its worst-case bound is wide. */
const MOST_PROVED = 8;

/** Values rounded to float32, as a runtime gets them. */
const rounded = (x: Tensor): Tensor => ({ shape: x.shape, data: x.data.map(Math.fround) });

/**
 * The smallest piece around the last node of a failing graph that fails by itself, as an export or, where an export
 * does not show it, as a part of the user's own file. One that is beyond its worst-case bound is preferred. Undefined
 * where only the whole fails.
 */
async function smallestPiece(whole: Failure, suspect: Suspect): Promise<Failure | undefined> {
  const { graph, weights, input, index } = whole;
  const node = graph.nodes.at(-1) as Node;
  const values = evaluate(graph, weights, input).set(INPUT, input);
  const valueAt = (name: string): Tensor => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no value '${name}'`);
    return value;
  };
  const pieces = piecesOf(graph, (name) => valueAt(name).shape[1] ?? 1, graph.nodes.length);
  let first: Failure | undefined;
  for (const { source, graph: piece } of pieces(node.name)) {
    if (first !== undefined && piece.nodes.length > MOST_PROVED) break;
    if (!isSquare(valueAt(source).shape)) continue;
    const trial = { graph: piece, weights, input: rounded(valueAt(source)), index };
    const tryIt = (own: OwnPart | undefined) =>
      failing(trial, suspect, own).catch(({ message }: Error) => {
        suspect.log(`${piece.nodes.map(({ name }) => name).join(' → ')} cannot be run: ${message}`);
        return undefined;
      });
    const part = whole.own && suspect.own?.part(node.name, source);
    const found = (await tryIt(undefined)) ?? (part && (await tryIt(part)));
    if (found !== undefined && isProved(found)) return found;
    first ??= found;
  }
  return first;
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
  const piece = (await smallestPiece(whole, suspect)) ?? whole;
  const smallest = piece === whole || piece.own !== undefined ? piece : await shrink(piece, suspect);
  return { node: whole.graph.nodes.at(-1) as Node, whole, smallest, proved: isProved(smallest) };
}
