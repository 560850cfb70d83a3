import { inferShape, type Node } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import type { Arithmetic } from '../ops/rounding.ts';
import type { Way } from '../ops/way.ts';
import type { Shape, Tensor, Weights } from '../tensor.ts';
import { limited, type Truth } from './bounds.ts';
import { emulateNode } from './emulate.ts';
import { normsOf, tiersFrom } from './limits.ts';
import { proofOf } from './proof.ts';
import { whyUnsound } from './sound.ts';
import { judge, type Verdict } from './verdict.ts';
import { rigorousFrom } from './worst-case.ts';

/**
 * Nodes in a row with what a runtime computed: the values that they read from outside, by name, and the output of the
 * last one. All are float32, as [N, C, H, W] or [N, features].
 */
type MeasuredPiece = {
  readonly nodes: readonly Node[];
  readonly given: ReadonlyMap<string, Tensor>;
  readonly output: ArrayLike<number>;
  readonly weights: Weights;
};

/** How an output compares with what the reference computes from the same inputs. */
export type PieceVerdict = {
  /** Against its worst-case bound: beyond it, the output is wrong. */
  readonly proof: Verdict;
  /** Against the limits of right implementations of this piece alone; undefined where float32 overflows in it. */
  readonly fit: Verdict | undefined;
};

/** The last output of nodes in a row, in float32. */
function emulated({ nodes, given, weights }: Omit<MeasuredPiece, 'output'>, way: Way): Tensor {
  const values = new Map(given);
  const shapes = new Map<string, Shape>([...given].map(([name, { shape }]) => [name, shape]));
  let last: Tensor | undefined;
  for (const node of nodes) {
    const shape = inferShape(node, shapes);
    const [first, ...others] = node.inputs.flatMap((name) => values.get(name) ?? []);
    if (first === undefined) throw new Error(`${node.name}: no input`);
    last = emulateNode({ node, inputs: [first, ...others], weights, shape }, way);
    shapes.set(node.name, shape);
    values.set(node.name, last);
  }
  if (last === undefined) throw new Error('no node was given');
  return last;
}

/** What a piece's output is held to: its worst-case bound, and the limits of right implementations of it alone. */
export function pieceTruths(
  given: Omit<MeasuredPiece, 'output'>,
  a: Arithmetic,
): { readonly proof: Truth; readonly fit: Truth } {
  const worst = rigorousFrom(given.nodes, given.weights, given.given, a);
  const errorsOf = (ways: readonly Way[]) => ways.map((way) => normsOf(emulated(given, way).data, worst.value));
  const winograd = given.nodes.some((node) => operatorOf(node).winograd?.(node));
  const direct = errorsOf([...a.ways.direct, a.ways.flushing]);
  const limits = tiersFrom(direct, errorsOf(winograd ? a.ways.winograd : []), worst.value, 1);
  return { proof: worst, fit: limited(worst.value, limits) };
}

/** Judges a few nodes in a row by their own measured inputs, whatever came before them. */
export function judgePiece({ output, ...given }: MeasuredPiece, a: Arithmetic): PieceVerdict {
  const { proof, fit } = pieceTruths(given, a);
  return { proof: proofOf(output, proof), fit: whyUnsound(fit) === undefined ? judge(output, fit) : undefined };
}

/** A node with its measured inputs, in order, and output. */
type MeasuredNode = Pick<MeasuredPiece, 'output' | 'weights'> & {
  readonly node: Node;
  readonly inputs: readonly Tensor[];
};

/** Judges one node by its own measured inputs. */
export const judgeNode = ({ node, inputs, output, weights }: MeasuredNode, a: Arithmetic): PieceVerdict =>
  judgePiece(
    {
      nodes: [node],
      given: new Map(node.inputs.flatMap((name, i) => (inputs[i] === undefined ? [] : [[name, inputs[i]] as const]))),
      output,
      weights,
    },
    a,
  );
