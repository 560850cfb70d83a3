import { type Graph, INPUT, type Node } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import { type Piece, piecesOf } from './cut.ts';

/** A piece of a network that a runtime may compute as one kernel, and its kind. */
export type Layer = Piece & {
  /** Operators and attributes without names: equal for pieces that are computed in the same way. */
  readonly kind: string;
};

/** Describes nodes without their names: each input is its position in the piece. */
function kindOf({ nodes }: Graph, input: readonly number[]): string {
  const place = new Map([[INPUT, -1], ...nodes.map((node, index) => [node.name, index] as const)]);
  const bare = nodes.map((node) => ({ ...node, name: '', inputs: node.inputs.map((name) => place.get(name)) }));
  return JSON.stringify([input, bare]);
}

/**
 * Limits, above the nodes of any block and the nodes that any runtime fuses: without them, unusual networks would take
 * forever.
 */
const PIECE_LIMITS = { nodes: 256, fused: 8 } as const;

/**
 * The layers of a network, each kind once (operator, kernel, stride, padding, groups, channels, size, and what is fused
 * to it): every node alone, and every node with the following operators that runtimes fuse. A node with two inputs, or
 * whose input is not an image, comes with the nodes before it, back to a single image: a residual Add with its block.
 * Where that image is not among the 256 nodes before it, the node is left out. @param shapes Output shapes of all nodes
 * and of INPUT.
 */
export function layersOf(graph: Graph, shapes: ReadonlyMap<string, readonly number[]>): Layer[] {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const name of node.inputs) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
  const found = new Map<string, Layer>();
  const take = (piece: Piece) => {
    const kind = kindOf(piece.graph, shapes.get(piece.source) ?? []);
    if (!found.has(kind)) found.set(kind, { ...piece, kind });
  };
  const pieces = piecesOf(graph, (source) => shapes.get(source)?.[1] ?? 1, PIECE_LIMITS.nodes);
  for (const node of graph.nodes) {
    const piece = smallest(pieces(node.name), shapes);
    if (piece === undefined) continue;
    take(piece);
    // Extend by a fused node that is the only reader: Conv → BatchNormalization → Relu gives two more pieces.
    let grown = piece;
    for (let last = node, fused = 0; fused < PIECE_LIMITS.fused; fused++) {
      const [next, ...others] = readers.get(last.name) ?? [];
      if (next === undefined || others.length > 0 || !operatorOf(next).fused) break;
      const nodes = [...grown.graph.nodes, next];
      grown = { source: piece.source, graph: { ...grown.graph, name: next.name, nodes, output: next.name } };
      take(grown);
      last = next;
    }
  }
  return [...found.values()];
}

/** Whether a value is an image that can be the input of a network: only square ones can. */
export const isSquare = (shape: readonly number[] = []): boolean => shape.length === 4 && shape[2] === shape[3];

/** The smallest of a node's pieces that reads one image. */
function smallest(pieces: Iterable<Piece>, shapes: ReadonlyMap<string, readonly number[]>): Piece | undefined {
  for (const piece of pieces) if (isSquare(shapes.get(piece.source))) return piece;
  return undefined;
}
