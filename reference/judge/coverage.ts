import type { Node } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import { shown } from '../quote.ts';
import type { Tensor } from '../tensor.ts';

/** A node with channels that were never active, and how many. */
export type Dead = { readonly node: string; readonly channels: number };

/**
 * How much of a network some inputs reach. A defect in a channel that is 0 on all of them cannot be seen. A ReLU's
 * channel is active where one of its values is positive, and crossed where another is negative before the ReLU. A
 * convolution's channel is active where one of its values is not 0.
 */
export type Coverage = {
  /** Number of inputs. */
  readonly inputs: number;
  readonly relu: { readonly channels: number; readonly active: number; readonly crossed: number };
  readonly conv: { readonly channels: number; readonly active: number };
  /** Nodes with channels that no input activates, in the order of the network: the first MOST_DEAD. */
  readonly dead: readonly Dead[];
  /** Number of all such nodes. */
  readonly deadNodes: number;
};

/** Maximum of nodes that are kept by name, and that a text names. */
const MOST_DEAD = 20;
const SHOWN_DEAD = 4;

type Counted = NonNullable<ReturnType<typeof operatorOf>['counted']>;

/** What was seen of a node's channels: 1 where it holds. */
type Seen = { readonly counted: Counted; readonly active: Uint8Array; readonly crossed: Uint8Array };

/** Watches the evaluation of a network on several inputs. */
export type Watch = {
  /** To be called for every node of every evaluation. */
  see(node: Node, inputs: readonly Tensor[], output: Tensor): void;
  /** The share that `inputs` evaluations covered. */
  coverage(inputs: number): Coverage;
};

const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0);

/** Marks the channels in which a value satisfies a test. */
function mark({ shape, data }: Tensor, flags: Uint8Array, is: (value: number) => boolean): void {
  const [images = 1, channels = 1] = shape;
  const area = data.length / images / channels;
  for (let plane = 0; plane < images * channels; plane++) {
    const channel = plane % channels;
    for (let i = plane * area; flags[channel] === 0 && i < (plane + 1) * area; i++)
      if (is(data[i] as number)) flags[channel] = 1;
  }
}

export function watch(): Watch {
  const seen = new Map<string, Seen>();
  return {
    see(node, [x], output) {
      const { name } = node;
      const { counted } = operatorOf(node);
      if (counted === undefined) return;
      const channels = output.shape[1] ?? 1;
      const known = seen.get(name) ?? { counted, active: new Uint8Array(channels), crossed: new Uint8Array(channels) };
      seen.set(name, known);
      mark(output, known.active, counted === 'rectifier' ? (value) => value > 0 : (value) => value !== 0);
      if (counted === 'rectifier' && x !== undefined) mark(x, known.crossed, (value) => value < 0);
    },
    coverage(inputs) {
      const sum = (counted: Counted, pick: (one: Seen) => number) =>
        [...seen.values()].reduce((total, one) => total + (one.counted === counted ? pick(one) : 0), 0);
      const counts = (counted: Counted) => ({
        channels: sum(counted, ({ active }) => active.length),
        active: sum(counted, ({ active }) => count(active)),
      });
      const both = ({ active, crossed }: Seen) => count(active.map((flag, c) => flag & (crossed[c] as number)));
      const dead = [...seen].flatMap(([node, { active }]) => {
        const channels = active.length - count(active);
        return channels === 0 ? [] : [{ node, channels }];
      });
      return {
        inputs,
        relu: { ...counts('rectifier'), crossed: sum('rectifier', both) },
        conv: counts('convolution'),
        dead: dead.slice(0, MOST_DEAD),
        deadNodes: dead.length,
      };
    },
  };
}

/** A share in per cent, never rounded up to 100 %. */
const share = (part: number, whole: number): string =>
  part === whole ? '100 %' : `${(Math.floor((10_000 * part) / whole) / 100).toFixed(2).replace(/0$/, '')} %`;

const many = (number: number, what: string): string =>
  `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;

/** Whether every channel was active. */
export const isComplete = ({ deadNodes }: Coverage): boolean => deadNodes === 0;

/** A coverage as text: shares, and the nodes with channels that were never active. */
export function coverageText(coverage: Coverage): string {
  const { relu, conv, dead, deadNodes, inputs } = coverage;
  const on = `on at least one of ${many(inputs, 'input')}`;
  const parts = [
    ...(relu.channels === 0
      ? []
      : [
          `${share(relu.active, relu.channels)} of ${many(relu.channels, 'ReLU channel')} active ${on}, ${share(relu.crossed, relu.channels)} on both sides of 0`,
        ]),
    ...(conv.channels === 0
      ? []
      : [`${share(conv.active, conv.channels)} of ${many(conv.channels, 'convolution channel')} other than 0`]),
  ];
  if (isComplete(coverage)) return parts.join('; ');
  const never = relu.channels - relu.active + conv.channels - conv.active;
  const names = dead.slice(0, SHOWN_DEAD).map(({ node }) => shown(node));
  const more = deadNodes > names.length ? ', …' : '';
  const where = `${many(never, 'channel')} in ${many(deadNodes, 'layer')} never active: ${names.join(', ')}${more}`;
  return [...parts, where].join('; ');
}
