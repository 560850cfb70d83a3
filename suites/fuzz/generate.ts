import { INPUT, inferShapes, type Node } from '../../reference/graph.ts';
import { operatorOf } from '../../reference/ops/operators.ts';
import type { FuzzNetwork, ValueKind } from '../contract/play.ts';
import { type Dice, dice } from './dice.ts';
import { conv, head, MOST_CHANNELS, residual, seedling, single, tail, twin, type Wiring } from './grow.ts';
import { graphOf, refit } from './network.ts';

/** Multiply-adds of a network, at most: a truth takes milliseconds. */
const MOST_MACS = 1.2e6;
const MOST_NODES = 10;
const MOST_SIZE = 16;

/** Grouped with several channels in a group, depthwise, or neither; and the number of groups. */
type Grouping = { readonly kind: 'dense' | 'grouped' | 'depthwise'; readonly group: number };

function groupingOf(d: Dice): Grouping {
  const kind = d.weighted({ dense: 60, grouped: 25, depthwise: 15 });
  return { kind, group: kind === 'grouped' ? d.whole(2, MOST_CHANNELS / 2) : 1 };
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** Channels that both numbers of groups divide. Undefined where there are none. */
function sharedChannels(d: Dice, a: number, b: number): number | undefined {
  const multiple = (a * b) / divisor(a, b);
  return multiple > MOST_CHANNELS ? undefined : multiple * d.whole(1, Math.floor(MOST_CHANNELS / multiple));
}

/**
 * Channels of the input, and the convolutions in order. The numbers of groups are drawn before the channels that they
 * must divide; otherwise small ones would be far more frequent.
 */
function plan(d: Dice, count: number): { channels: number; convs: Wiring[] } {
  const groupings = Array.from({ length: count }, () => groupingOf(d));
  const channels = sharedChannels(d, groupings[0]?.group ?? 1, 1) ?? 1;
  let before = channels;
  const convs = groupings.map(({ kind, group }, i): Wiring => {
    if (kind === 'depthwise') return { out: before, group: before };
    const own = before % group === 0 ? group : 1;
    const out = sharedChannels(d, own, groupings[i + 1]?.group ?? 1) ?? sharedChannels(d, own, 1) ?? own;
    before = out;
    return { out, group: own };
  });
  return { channels, convs };
}

/** Draws operators and attributes. Channels, groups and kernels do not depend on the size, which is drawn after them. */
function nodesOf(d: Dice): { channels: number; nodes: Node[] } {
  const { channels, convs } = plan(d, Number(d.weighted({ 0: 8, 1: 34, 2: 38, 3: 20 })));
  const net = seedling(channels);
  const aside = () => {
    if (d.chance(0.18)) single(d, net);
    if (d.chance(0.14)) residual(d, net);
  };
  aside();
  for (const { out, group } of convs) {
    // Something before it may have changed the channels.
    const fits = net.channels % group === 0 && out % group === 0;
    conv(d, net, { out, group: fits ? group : 1 });
    tail(d, net);
    if (d.chance(0.15)) twin(d, net);
    aside();
  }
  if (net.nodes.length === 0) single(d, net);
  if (net.nodes.length === 0) residual(d, net);
  if (d.chance(0.2)) head(d, net);
  return { channels, nodes: net.nodes };
}

const VALUES: { readonly [K in ValueKind]: number } = {
  plain: 76,
  positive: 6,
  constant: 4,
  sparse: 6,
  large: 4,
  small: 4,
};

const valuesOf = (d: Dice) => ({ kind: d.weighted(VALUES), seed: d.whole(0, 2 ** 30) });

/** Multiply-adds of a network. */
export function macsOf(network: FuzzNetwork): number {
  const graph = graphOf(network);
  const shapes = inferShapes(graph, network.batch, network.size);
  return graph.nodes.reduce((sum, node) => sum + operatorOf(node).macs(node, shapes.get(node.name) ?? []), 0);
}

/** The network at a size that its windows fit and that costs little. Undefined where there is none. */
function sized(d: Dice, network: FuzzNetwork): FuzzNetwork | undefined {
  const wanted = d.chance(0.3) ? d.whole(1, 4) : d.whole(1, MOST_SIZE);
  // The wanted size, then smaller ones, since windows cost more than their padding needs; then larger ones.
  const sizes = Array.from({ length: MOST_SIZE }, (_, i) => (i < wanted ? wanted - i : i + 1));
  for (const size of sizes) {
    const fit = refit({ ...network, size });
    if (fit !== undefined && macsOf(fit) <= MOST_MACS) return fit;
  }
  return undefined;
}

function draw(d: Dice): FuzzNetwork {
  for (;;) {
    const { channels, nodes } = nodesOf(d);
    if (nodes.length > MOST_NODES) continue;
    const batch = d.chance(0.6) ? 1 : d.whole(2, 5);
    const output = nodes.at(-1)?.name ?? INPUT;
    const found = sized(d, { channels, nodes, output, batch, size: 1, values: valuesOf(d) });
    if (found !== undefined) return found;
  }
}

/** The same shapes again: with other values, in another batch, or without its activations. */
function sibling(d: Dice, network: FuzzNetwork): FuzzNetwork {
  const values = { ...network.values, seed: d.whole(0, 2 ** 30) };
  const kind = d.weighted({ values: 40, batch: 40, bare: 20 });
  if (kind === 'batch') return { ...network, values, batch: network.batch === 1 ? d.whole(2, 5) : 1 };
  if (kind === 'values') return { ...network, values };
  const source = new Map<string, string>();
  const read = (name: string): string => source.get(name) ?? name;
  const nodes: Node[] = [];
  for (const node of network.nodes)
    if (node.op === 'Relu') source.set(node.name, read(node.inputs[0] ?? INPUT));
    else nodes.push({ ...node, inputs: node.inputs.map(read) });
  const output = nodes.at(-1)?.name;
  return output === undefined ? { ...network, values } : (refit({ ...network, nodes, output, values }) ?? network);
}

/** Networks without end, the same for the same seed. Some are followed by others of the same shapes. */
export function* networks(seed: number): Generator<FuzzNetwork> {
  for (let number = 0; ; number++) {
    const d = dice(`${seed}/${number}`);
    const first = draw(d);
    yield first;
    const again = d.chance(0.2) ? d.whole(1, 2) : 0;
    for (let i = 0; i < again; i++) yield sibling(d, first);
  }
}
