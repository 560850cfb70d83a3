import { evaluate } from '../../reference/evaluate.ts';
import { type Graph, INPUT, type Node } from '../../reference/graph.ts';
import { isRight } from '../../reference/judge/verdict.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import { piecesOf } from '../../reference/passes/cut.ts';
import { isSquare } from '../../reference/passes/layers.ts';
import type { Tensor, Weights } from '../../reference/tensor.ts';
import { firstWrong } from './first-wrong.ts';
import { failing, shrink } from './shrink.ts';
import { type Failure, judged, type Suspect } from './suspect.ts';

/** Runs a graph and resolves to its output. */
export type RunGraph = (graph: Graph, weights: Weights, input: Tensor) => Promise<ArrayLike<number>>;

/** The first node whose value is wrong, and the smallest failing graph that was found around it. */
export type Located = {
  readonly node: Node;
  readonly whole: Failure;
  readonly smallest: Failure;
  /** Whether an error is beyond the worst-case bound of what computes it: no order of summation explains that. */
  readonly proved: boolean;
};

/** Values rounded to float32, as a runtime gets them. */
const rounded = (x: Tensor): Tensor => ({ shape: x.shape, data: x.data.map(Math.fround) });

/** Whether a failure is beyond its worst-case bound. */
const isProved = ({ graph, weights, input, arithmetic, output }: Failure): boolean =>
  !isRight(judged(output, rigorous(graph, weights, input, arithmetic)));

/**
 * The smallest piece around the last node of a failing graph that fails by itself, as an export or, where an export
 * does not show it, as a part of the user's own file. Undefined where only the whole does.
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
  for (const { source, graph: piece } of pieces(node.name)) {
    if (!isSquare(valueAt(source).shape)) continue;
    const trial = { graph: piece, weights, input: rounded(valueAt(source)), index };
    const tryIt = (own: Parameters<typeof failing>[2]) =>
      failing(trial, suspect, own).catch(({ message }: Error) => {
        suspect.log(`${piece.nodes.map(({ name }) => name).join(' → ')} cannot be run: ${message}`);
        return undefined;
      });
    const exported = await tryIt(undefined);
    if (exported !== undefined) return exported;
    const part = whole.own && suspect.own?.part(node.name, source);
    const own = part && (await tryIt(part));
    if (own !== undefined) return own;
  }
  return undefined;
}

/**
 * Finds the first node that a suspect computes wrongly on any of the inputs, and the smallest graph that shows it.
 * Undefined where the graph's stages and output are right. Pieces of the graph get the reference's own values, rounded
 * to float32. Throws where a node's truth is not finite.
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
  const node = whole.graph.nodes.at(-1) as Node;
  return { node, whole, smallest, proved: isProved(smallest) || isProved(piece) };
}
