import type { Node } from '../../reference/graph.ts';
import { OPERATORS } from '../../reference/ops/operators.ts';
import { type FuzzNetwork, VALUE_KINDS } from '../contract/play.ts';
import { MOST_CHANNELS } from './grow.ts';

const from1 = (to: number): string[] => Array.from({ length: to }, (_, i) => `${i + 1}`);
const pairs = (a: readonly string[], b: readonly string[]): string[] => a.flatMap((x) => b.map((y) => `${x},${y}`));

const CHANNELS = from1(MOST_CHANNELS);
const SIDES = from1(7);
const STRIDES = from1(3);
const OPS: readonly string[] = Object.keys(OPERATORS);

type Convolution = Node & { op: 'Conv' };
const convolutions = ({ nodes }: FuzzNetwork): Convolution[] =>
  nodes.filter((node): node is Convolution => node.op === 'Conv');
const windows = ({ nodes }: FuzzNetwork) => nodes.filter((node) => node.op === 'Conv' || node.op === 'MaxPool');

/** An attribute: all its values, where they are counted, and those that a network has. */
type Attribute = {
  readonly name: string;
  readonly values: readonly string[] | undefined;
  of(network: FuzzNetwork): readonly string[];
};

const paddingOf = (node: Node & { op: 'Conv' | 'MaxPool' }): string => {
  const [top, left, bottom, right] = node.pads;
  if (node.autoPad !== undefined) return node.autoPad;
  if (top + left + bottom + right === 0) return 'none';
  return top === bottom && left === right ? 'even' : 'uneven';
};

/** The attributes whose values are counted. */
export const ATTRIBUTES: readonly Attribute[] = [
  {
    name: 'channels',
    values: CHANNELS,
    of: (network) => [`${network.channels}`, ...convolutions(network).map(({ out }) => `${out}`)],
  },
  { name: 'channels in', values: CHANNELS, of: (network) => convolutions(network).map((node) => `${node.in}`) },
  {
    name: 'groups',
    values: CHANNELS.slice(1),
    of: (network) => convolutions(network).flatMap(({ group }) => (group > 1 ? [`${group}`] : [])),
  },
  {
    name: 'kernel sides',
    values: SIDES,
    of: (network) => windows(network).flatMap(({ kernel }) => kernel.map(String)),
  },
  {
    name: 'kernels',
    values: pairs(SIDES, SIDES),
    of: (network) => windows(network).map(({ kernel }) => kernel.join()),
  },
  {
    name: 'strides',
    values: pairs(STRIDES, STRIDES),
    of: (network) => windows(network).map(({ strides }) => strides.join()),
  },
  {
    name: 'padding',
    values: ['none', 'even', 'uneven', 'SAME_UPPER', 'SAME_LOWER', 'VALID'],
    of: (network) => windows(network).map(paddingOf),
  },
  {
    name: 'channels in and out',
    values: pairs(CHANNELS, CHANNELS),
    of: (network) => convolutions(network).map((node) => `${node.in},${node.out}`),
  },
  {
    name: 'kernel and stride',
    values: pairs(SIDES, STRIDES),
    of: (network) => windows(network).map(({ kernel, strides }) => `${kernel[0]},${strides[0]}`),
  },
  { name: 'sizes', values: from1(16), of: ({ size }) => [`${size}`] },
  { name: 'batches', values: from1(5), of: ({ batch }) => [`${batch}`] },
  { name: 'operators', values: OPS, of: ({ nodes }) => nodes.map(({ op }) => op) },
  // Not every pair is possible: an image operator does not follow a Flatten.
  {
    name: 'operators in a row',
    values: undefined,
    of: ({ nodes }) =>
      nodes.flatMap(({ op, inputs }) => nodes.flatMap((one) => (inputs.includes(one.name) ? [`${one.op},${op}`] : []))),
  },
  { name: 'values', values: VALUE_KINDS, of: ({ values }) => [values.kind] },
];

/** How often each value of each attribute was drawn. */
export type Coverage = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Counts attributes: `add` a network, and read the counts. */
export function counter(): { add(network: FuzzNetwork): void; counts(): Coverage } {
  const counts = new Map(ATTRIBUTES.map(({ name }) => [name, new Map<string, number>()] as const));
  return {
    add(network) {
      for (const { name, of } of ATTRIBUTES) {
        const own = counts.get(name);
        for (const value of of(network)) own?.set(value, (own.get(value) ?? 0) + 1);
      }
    },
    counts: () => counts,
  };
}

/** Coverage as text: `channels 40/40, kernels 49/49, …`. */
export const coverageText = (coverage: Coverage): string =>
  ATTRIBUTES.map(({ name, values }) => {
    const drawn = coverage.get(name)?.size ?? 0;
    return values === undefined ? `${name} ${drawn}` : `${name} ${drawn}/${values.length}`;
  }).join(', ');
