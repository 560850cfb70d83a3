import type { Node, Pads, Pair } from '../../reference/graph.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { refit } from './network.ts';

const pair = (a: Pair, b: Pair): Pair => [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
const pads = (a: Pads, b: Pads): Pads => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.min(a[3], b[3]),
];

/** A node with the smaller of each attribute of two. Undefined where they are different operators. */
function merged(a: Node, b: Node): Node | undefined {
  if (a.name !== b.name || `${a.inputs}` !== `${b.inputs}`) return undefined;
  if ((a.op === 'Conv' && b.op === 'Conv') || (a.op === 'MaxPool' && b.op === 'MaxPool')) {
    const kernel = pair(a.kernel, b.kernel);
    const window = { kernel, strides: pair(a.strides, b.strides), pads: pads(a.pads, b.pads) };
    const { autoPad: mine, ...rest } = a;
    const both = { ...rest, ...window, ...(mine === undefined || b.autoPad === undefined ? {} : { autoPad: mine }) };
    if (both.op !== 'Conv' || b.op !== 'Conv') return both;
    const [inner, out, group] = [Math.min(both.in, b.in), Math.min(both.out, b.out), Math.min(both.group, b.group)];
    return { ...both, in: inner, out, group, bias: both.bias && b.bias };
  }
  if (a.op === 'Gemm' && b.op === 'Gemm') return { ...a, out: Math.min(a.out, b.out) };
  if (a.op === 'Slice' && b.op === 'Slice') return { ...a, steps: pair(a.steps, b.steps) };
  if (a.op === 'Pad' && b.op === 'Pad') return { ...a, channels: pair(a.channels, b.channels) };
  return a.op === b.op ? a : undefined;
}

/** A network with the smaller of each attribute of two that have the same nodes. Undefined where there is none. */
export function merge(a: FuzzNetwork, b: FuzzNetwork): FuzzNetwork | undefined {
  const nodes = a.nodes.map((node, i) => {
    const other = b.nodes[i];
    return other === undefined ? undefined : merged(node, other);
  });
  if (a.nodes.length !== b.nodes.length || a.output !== b.output) return undefined;
  const kind = a.values.kind === b.values.kind ? a.values.kind : 'plain';
  return refit({
    channels: Math.min(a.channels, b.channels),
    nodes: nodes.filter((node) => node !== undefined),
    output: a.output,
    batch: Math.min(a.batch, b.batch),
    size: Math.min(a.size, b.size),
    values: { ...a.values, kind },
  });
}
