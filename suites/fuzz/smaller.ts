import { type Graph, INPUT, inferShapes, type Node, type OpOf, type Pair } from '../../reference/graph.ts';
import { piecesOf } from '../../reference/passes/cut.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { graphOf, isDepthwise, refit } from './network.ts';

/** Most nodes of a piece that is cut out of the middle of a network. */
const MOST_PIECE = 4;

/** Smaller numbers to try in the place of one: the smallest, those around powers of two, half, and one less. */
const below = (value: number): number[] =>
  [...new Set([1, 2, 3, 4, 5, 6, 7, 9, Math.floor(value / 2), value - 1])].filter((less) => less >= 1 && less < value);

/** How much there is to a network: fewer nodes count most, then plainer attributes, then less data. */
export function costOf({ nodes, channels, batch, size, values }: FuzzNetwork): number {
  const attributes = nodes.reduce((sum, node) => {
    const window = 'kernel' in node ? node : undefined;
    const kernel = window === undefined ? 0 : window.kernel[0] * window.kernel[1] - 1;
    const strides = window === undefined ? 0 : 10 * (window.strides[0] + window.strides[1] - 2);
    const pads = window === undefined ? 0 : window.pads.reduce((all, pad) => all + pad, 0);
    const auto = window?.autoPad === undefined ? 0 : 30;
    const conv = node.op === 'Conv' ? node.out + 4 * (node.group - 1) + (node.bias ? 5 : 0) : 0;
    const steps = node.op === 'Slice' ? node.steps[0] + node.steps[1] : 0;
    return sum + kernel + strides + pads + auto + conv + steps + (node.op === 'Gemm' ? node.out : 0);
  }, 0);
  return 1000 * nodes.length + attributes + channels + size + 5 * (batch - 1) + (values.kind === 'plain' ? 0 : 50);
}

/** The parts of a network of at most `most` nodes that read one image. */
export function pieces(network: FuzzNetwork, most: number): FuzzNetwork[] {
  const graph: Graph = graphOf(network);
  const shapes = inferShapes(graph, network.batch, network.size);
  const cut = piecesOf(graph, (name) => shapes.get(name)?.[1] ?? 1, most);
  const found: FuzzNetwork[] = [];
  for (const { name } of graph.nodes)
    for (const { source, graph: piece } of cut(name)) {
      const [, , height, width] = shapes.get(source) ?? [];
      if (height === undefined || width === undefined) continue;
      found.push({
        ...network,
        channels: piece.channels,
        nodes: piece.nodes,
        output: piece.output,
        size: Math.max(height, width),
      });
    }
  return found;
}

/** The network with one node changed. */
const withNode = (network: FuzzNetwork, at: number, node: Node): FuzzNetwork => ({
  ...network,
  nodes: network.nodes.map((one, index) => (index === at ? node : one)),
});

/** The network without a node: its readers read what it read. */
function without(network: FuzzNetwork, at: number): FuzzNetwork {
  const gone = network.nodes[at];
  const source = gone?.inputs[0] ?? INPUT;
  const read = (name: string) => (name === gone?.name ? source : name);
  const nodes = network.nodes.flatMap((node, i) => (i === at ? [] : [{ ...node, inputs: node.inputs.map(read) }]));
  return { ...network, nodes, output: read(network.output) };
}

const plainPads = [0, 0, 0, 0] as const;

/** A window with one attribute less. */
function* windows<W extends OpOf<'Conv'> | OpOf<'MaxPool'>>(node: W): Generator<W> {
  const [height, width] = node.kernel;
  const { autoPad: _, ...rest } = node;
  const bare = rest as W;
  if (node.autoPad !== undefined) yield bare;
  const kernels: Pair[] = [[1, 1], ...below(height).map((less): Pair => [less, width])];
  kernels.push(...below(width).map((less): Pair => [height, less]), [Math.min(height, width), Math.min(height, width)]);
  for (const kernel of kernels) yield { ...node, kernel };
  yield { ...node, strides: [1, 1] };
  for (const stride of [1, 2]) {
    yield { ...node, strides: [stride, node.strides[1]] };
    yield { ...node, strides: [node.strides[0], stride] };
  }
  yield { ...bare, pads: plainPads };
  for (const side of [0, 1, 2, 3])
    yield { ...bare, pads: [...node.pads].map((pad, i) => (i === side ? 0 : pad)) as unknown as W['pads'] };
}

function* ofNode(network: FuzzNetwork, at: number): Generator<FuzzNetwork> {
  const node = network.nodes[at];
  if (node === undefined) return;
  yield without(network, at);
  if (node.op === 'Conv' || node.op === 'MaxPool')
    for (const less of windows(node)) yield withNode(network, at, { ...less, name: node.name, inputs: node.inputs });
  if (node.op === 'Slice') for (const less of [1, 2]) yield withNode(network, at, { ...node, steps: [less, less] });
  if (node.op === 'Pad') yield withNode(network, at, { ...node, channels: [node.channels[0] === 0 ? 0 : 1, 1] });
  if (node.op === 'Gemm') for (const out of below(node.out)) yield withNode(network, at, { ...node, out });
  if (node.op !== 'Conv') return;
  if (node.bias) yield withNode(network, at, { ...node, bias: false });
  if (node.group > 1) yield withNode(network, at, { ...node, group: 1 });
  const reads = node.inputs[0] === INPUT;
  const perGroup = { in: node.in / node.group, out: node.out / node.group };
  if (isDepthwise(node)) return;
  for (const less of below(perGroup.out)) yield withNode(network, at, { ...node, out: less * node.group });
  if (!reads) return;
  for (const less of below(node.group)) {
    const fewer = withNode(network, at, { ...node, group: less, in: perGroup.in * less, out: perGroup.out * less });
    yield { ...fewer, channels: perGroup.in * less };
  }
  for (const less of below(perGroup.in)) {
    const fewer = withNode(network, at, { ...node, in: less * node.group });
    yield { ...fewer, channels: less * node.group };
  }
}

/** The network with another number in the place of every equal number of channels. */
const rechannelled = (network: FuzzNetwork, from: number, to: number): FuzzNetwork => ({
  ...network,
  channels: network.channels === from ? to : network.channels,
  nodes: network.nodes.map((node) =>
    node.op === 'Conv' && node.out === from && !isDepthwise(node) ? { ...node, out: to } : node,
  ),
});

/** Networks that are one step smaller. Not all of them fit together. */
export function* steps(network: FuzzNetwork): Generator<FuzzNetwork> {
  for (const { name } of network.nodes) yield { ...network, output: name };
  yield* pieces(network, MOST_PIECE);
  for (const batch of below(network.batch)) yield { ...network, batch };
  for (const size of below(network.size)) yield { ...network, size };
  yield { ...network, values: { ...network.values, kind: 'plain' } };
  for (const at of network.nodes.keys()) yield* ofNode(network, at);
  for (const channels of below(network.channels)) yield { ...network, channels };
  const counts = new Set([
    network.channels,
    ...network.nodes.flatMap((node) => (node.op === 'Conv' ? [node.out] : [])),
  ]);
  for (const from of counts) for (const to of below(from)) yield rechannelled(network, from, to);
}

/** What makes two networks the same, apart from the weights' seed. */
export const textOf = ({ values, ...rest }: FuzzNetwork): string => JSON.stringify([rest, values.kind]);

/** Those of the networks that fit together and are smaller than this one, each once, the smallest first. */
export function smaller(than: FuzzNetwork, networks: Iterable<FuzzNetwork>): FuzzNetwork[] {
  const most = costOf(than);
  const found = new Map<string, FuzzNetwork>();
  for (const one of networks) {
    const fit = one.nodes.length === 0 ? undefined : refit(one);
    if (fit !== undefined && fit.nodes.length > 0 && costOf(fit) < most) found.set(textOf(fit), fit);
  }
  return [...found.values()].sort((a, b) => costOf(a) - costOf(b));
}
