import { type Node, type Op, type OpOf, operatorOf } from './ops/operators.ts';
import type { Pads, Pair } from './ops/window.ts';
import { checkedShape, type Shape, sizeOf } from './tensor.ts';

export type { Node, Op, OpOf, Pads, Pair };

export type Graph = {
  readonly name: string;
  /** Channels of the only input, which is named `input`. */
  readonly channels: number;
  /** In execution order. */
  readonly nodes: readonly Node[];
  readonly output: string;
  /** Taps at the ends of stages: from torchvision's module name to the node whose output it is. */
  readonly stages: ReadonlyMap<string, string>;
};

export const INPUT = 'input';

export type ParameterSpec = { readonly name: string; readonly shape: readonly number[]; readonly trained: boolean };

/** Parameters and buffers of one node, in PyTorch's order. */
export function nodeParameters(node: Node): ParameterSpec[] {
  return operatorOf(node)
    .parameters(node)
    .map(({ suffix, shape, trained }) => ({ name: `${node.name}.${suffix}`, shape, trained }));
}

/** All parameters and buffers, in execution order. */
export function graphParameters(graph: Graph): ParameterSpec[] {
  return graph.nodes.flatMap(nodeParameters);
}

/** Trained parameters, counted as torchvision counts them (buffers excluded). */
export function countParameters(graph: Graph): number {
  return graphParameters(graph).reduce((sum, spec) => sum + (spec.trained ? sizeOf(spec.shape) : 0), 0);
}

/** Output shape of a node, from the shapes of its inputs. Throws where they do not fit, or the output is too large. */
export function inferShape(node: Node, shapes: ReadonlyMap<string, Shape>): Shape {
  const [first, ...rest] = node.inputs.map((name) => {
    const shape = shapes.get(name);
    if (shape === undefined) throw new Error(`${node.name}: input '${name}' is computed by no earlier node`);
    return shape;
  });
  if (first === undefined) throw new Error(`${node.name}: ${node.op} has no input`);
  return checkedShape(node.name, operatorOf(node).shape(node, [first, ...rest]));
}

/** Output shape of every node, for an input of [batch, channels, size, size]. Throws on any mismatch. */
export function inferShapes(graph: Graph, batch: number, size: number): Map<string, readonly number[]> {
  const shapes = new Map([[INPUT, checkedShape(INPUT, [batch, graph.channels, size, size])]]);
  for (const node of graph.nodes) {
    if (shapes.has(node.name)) throw new Error(`two nodes are named '${node.name}'`);
    shapes.set(node.name, inferShape(node, shapes));
  }
  return shapes;
}
