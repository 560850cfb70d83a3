import { type Graph, INPUT, inferShape, type Node } from '../../reference/graph.ts';
import { autoPads } from '../../reference/ops/window.ts';
import { cutAt } from '../../reference/passes/cut.ts';
import { checkedShape, type Shape } from '../../reference/tensor.ts';
import type { FuzzNetwork } from '../contract/play.ts';

export const graphOf = ({ channels, nodes, output }: FuzzNetwork): Graph => ({
  name: 'fuzz',
  channels,
  nodes,
  output,
  stages: new Map(),
});

/** Whether a convolution has one group for each channel. */
export const isDepthwise = (node: Node): boolean =>
  node.op === 'Conv' && node.group > 1 && node.group === node.in && node.out === node.in;

/** A node whose channels and padding fit an input of this shape. Undefined where there is none. */
function fitted(node: Node, shape: Shape): Node | undefined {
  const [, channels = 0, height = 1, width = 1] = shape;
  switch (node.op) {
    case 'Conv': {
      const sized = isDepthwise(node)
        ? { ...node, in: channels, out: channels, group: channels }
        : { ...node, in: channels };
      if (shape.length !== 4 || sized.in % sized.group > 0 || sized.out % sized.group > 0) return undefined;
      return node.autoPad === undefined ? sized : { ...sized, pads: autoPads(node.autoPad, node, [height, width]) };
    }
    case 'MaxPool': {
      if (shape.length !== 4) return undefined;
      const pads = node.autoPad === undefined ? node.pads : autoPads(node.autoPad, node, [height, width]);
      // ONNX Runtime takes no window that lies in the padding alone.
      return pads.some((pad, i) => pad >= (node.kernel[i % 2] ?? 1)) ? undefined : { ...node, pads };
    }
    case 'BatchNormalization':
    case 'LayerNormalization':
    case 'Mul':
      return shape.length === 4 ? { ...node, channels } : undefined;
    case 'Gemm':
      return shape.length === 2 ? { ...node, in: channels } : undefined;
    case 'Flatten':
    case 'GlobalAveragePool':
    case 'Slice':
    case 'Pad':
    case 'Gelu':
      return shape.length === 4 ? node : undefined;
    default:
      return node;
  }
}

/**
 * The network with channels and padding that fit its shapes, without nodes that its output does not need. Undefined
 * where there is no such network: groups that do not divide, a sum of different shapes, an image below its window.
 */
export function refit(network: FuzzNetwork): FuzzNetwork | undefined {
  const { batch, channels, size } = network;
  try {
    const shapes = new Map<string, Shape>([[INPUT, checkedShape(INPUT, [batch, channels, size, size])]]);
    const nodes: Node[] = [];
    for (const node of cutAt(graphOf(network), network.output).nodes) {
      const one = fitted(node, shapes.get(node.inputs[0] ?? INPUT) ?? []);
      if (one === undefined) return undefined;
      shapes.set(one.name, inferShape(one, shapes));
      nodes.push(one);
    }
    return { ...network, nodes };
  } catch {
    return undefined;
  }
}
