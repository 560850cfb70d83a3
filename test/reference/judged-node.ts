import type { Node } from '../../reference/graph.ts';
import { judgePiece, type MeasuredPiece, type PieceVerdict } from '../../reference/judge/piece.ts';
import type { Arithmetic } from '../../reference/ops/rounding.ts';
import type { Tensor } from '../../reference/tensor.ts';

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
