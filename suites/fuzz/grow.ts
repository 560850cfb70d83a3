import { INPUT, type Node, type Op, type OpOf } from '../../reference/graph.ts';
import type { Dice } from './dice.ts';
import { keeping, windowOf } from './window.ts';

/** Largest number of channels, and of groups. */
export const MOST_CHANNELS = 40;

/** A network being drawn: its nodes, and the name and channels of its last value. */
export type Growing = { readonly nodes: Node[]; last: string; channels: number };

export function add(net: Growing, op: Op, inputs: readonly string[]): string {
  const name = `n${net.nodes.length}`;
  net.nodes.push({ ...op, name, inputs });
  net.last = name;
  return name;
}

const then = (net: Growing, op: Op) => add(net, op, [net.last]);

/** What often follows a convolution, so that runtimes fuse it. */
export function tail(d: Dice, net: Growing): void {
  const { channels } = net;
  if (d.chance(0.3)) then(net, { op: 'BatchNormalization', channels, epsilon: d.pick([1e-5, 1e-3]) });
  const next = d.weighted({ relu: 45, gelu: 6, mul: 4, none: 45 });
  if (next === 'relu') then(net, { op: 'Relu' });
  if (next === 'gelu') then(net, { op: 'Gelu' });
  if (next === 'mul') then(net, { op: 'Mul', channels });
}

/** Channels and groups of a convolution. */
export type Wiring = { readonly out: number; readonly group: number };

export function conv(d: Dice, net: Growing, { out, group }: Wiring): void {
  const bias = d.chance(0.6);
  then(net, { op: 'Conv', in: net.channels, out, group, bias, ...windowOf(d, d.chance(0.1) ? 1 : 0) });
  net.channels = out;
}

/** The last convolution that can run again on its own output. */
function repeatable(net: Growing): OpOf<'Conv'> | undefined {
  const found = net.nodes.findLast((node) => node.op === 'Conv' && node.in === node.out && node.out === net.channels);
  return found?.op === 'Conv' ? found : undefined;
}

/** Repeats a convolution with other weights, with or without what it was fused with. */
export function twin(d: Dice, net: Growing): void {
  const again = repeatable(net);
  if (again === undefined) return;
  const { name: _, inputs: __, ...op } = again as Node & { op: 'Conv' };
  then(net, op);
  if (d.chance(0.4)) then(net, { op: 'Relu' });
}

/** A residual block of one or two convolutions. */
export function residual(d: Dice, net: Growing): void {
  const { last: shortcut, channels } = net;
  const op: Op = { op: 'Conv', in: channels, out: channels, group: 1, bias: d.chance(0.6), ...keeping(d) };
  if (d.chance(0.6)) {
    then(net, op);
    then(net, { op: 'Relu' });
  }
  then(net, op);
  if (d.chance(0.3)) then(net, { op: 'BatchNormalization', channels, epsilon: 1e-5 });
  add(net, { op: 'Add' }, d.chance(0.7) ? [net.last, shortcut] : [shortcut, net.last]);
  if (d.chance(0.7)) then(net, { op: 'Relu' });
}

/** One operator that is no convolution. */
export function single(d: Dice, net: Growing): void {
  const { channels } = net;
  const kind = d.weighted({ pool: 30, slice: 14, pad: 14, norm: 14, batchNorm: 10, relu: 6, gelu: 6, mul: 6 });
  if (kind === 'pool') then(net, { op: 'MaxPool', ...windowOf(d, 0) });
  if (kind === 'slice') then(net, { op: 'Slice', steps: [d.whole(1, 3), d.whole(2, 3)] });
  if (kind === 'norm') then(net, { op: 'LayerNormalization', channels, epsilon: d.pick([1e-6, 1e-5]) });
  if (kind === 'batchNorm') then(net, { op: 'BatchNormalization', channels, epsilon: 1e-5 });
  if (kind === 'relu') then(net, { op: 'Relu' });
  if (kind === 'gelu') then(net, { op: 'Gelu' });
  if (kind === 'mul') then(net, { op: 'Mul', channels });
  if (kind === 'pad' && channels < MOST_CHANNELS) {
    const more = d.whole(1, Math.min(8, MOST_CHANNELS - channels));
    const before = d.whole(0, more);
    then(net, { op: 'Pad', channels: [before, more - before] });
    net.channels += more;
  }
}

/** The end of a classifier, or a part of it. */
export function head(d: Dice, net: Growing): void {
  const kind = d.weighted({ pooled: 20, classifier: 45, flat: 35 });
  if (kind !== 'flat') then(net, { op: 'GlobalAveragePool' });
  if (kind === 'pooled') return;
  then(net, { op: 'Flatten' });
  // Its features are counted once the size is known.
  if (d.chance(0.8)) then(net, { op: 'Gemm', in: 0, out: d.whole(1, MOST_CHANNELS) });
}

export const seedling = (channels: number): Growing => ({ nodes: [], last: INPUT, channels });
