import { LARGEST, TINY } from '../../reference/float32.ts';
import { type Graph, graphParameters, INPUT, type Node } from '../../reference/graph.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { isRight } from '../../reference/judge/verdict.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import { random } from '../../reference/random.ts';
import { sizeOf, type Tensor, type Weights } from '../../reference/tensor.ts';
import { judgeElements } from '../reference/elements.ts';

const SIZE = 4;
const CHANNELS = 3;
const AREA = SIZE * SIZE;

type Image = Float64Array;
const filled = (value: (i: number) => number): Image =>
  Float64Array.from({ length: CHANNELS * AREA }, (_, i) => value(i));
const next = random(11);
const PLAIN = filled(() => Math.fround(0.5 + next()));

/** The plain image with other values in the middle of its second channel. */
function withMiddle(...values: number[]): Image {
  const image = PLAIN.slice();
  image.set(values, AREA + SIZE + 1);
  return image;
}

/** The images, by their content: one special value among plain ones, or only special values. */
export const VALUES: { readonly [value: string]: Image } = {
  plain: PLAIN,
  '−0': withMiddle(-0),
  NaN: withMiddle(Number.NaN),
  '+∞': withMiddle(Infinity),
  '−∞': withMiddle(-Infinity),
  '+∞ beside −∞': withMiddle(Infinity, -Infinity),
  'all −∞': filled((i) => (Math.floor(i / AREA) === 1 ? -Infinity : (PLAIN[i] as number))),
  'all denormal': filled((i) => Math.fround((i + 1) * 1e-42)),
  'all 3e38': filled(() => Math.fround(3e38)),
  'all −1e6': filled(() => -1e6),
  'all −3e38': filled(() => Math.fround(-3e38)),
};

const WHOLE = { strides: [1, 1], group: 1 } as const;
const CONV = { ...WHOLE, op: 'Conv', in: CHANNELS, out: 4 } as const;
const THREE = { ...CONV, kernel: [3, 3], pads: [1, 1, 1, 1] } as const;
const on = (input: string) => ({ inputs: [input] });

/** Operators in parallel on one input, each a separate node with only the nodes that it needs before it. */
const NODES: readonly Node[] = [
  { name: 'relu', ...on(INPUT), op: 'Relu' },
  { name: 'add', inputs: [INPUT, INPUT], op: 'Add' },
  { name: 'conv1', ...on(INPUT), ...CONV, kernel: [1, 1], pads: [0, 0, 0, 0], bias: false },
  { name: 'conv3', ...on(INPUT), ...THREE, bias: false },
  { name: 'fused', ...on(INPUT), ...THREE, bias: true },
  { name: 'fused.relu', ...on('fused'), op: 'Relu' },
  { name: 'infinite', ...on(INPUT), ...THREE, bias: false },
  { name: 'norm', ...on(INPUT), op: 'BatchNormalization', channels: CHANNELS, epsilon: 1e-5 },
  { name: 'maxpool', ...on(INPUT), op: 'MaxPool', kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  { name: 'avgpool', ...on(INPUT), op: 'GlobalAveragePool' },
  { name: 'flat', ...on('avgpool'), op: 'Flatten' },
  { name: 'gemm', ...on('flat'), op: 'Gemm', in: CHANNELS, out: 5 },
];

/** What is tested: the operator as text, and its last node. */
export const OPS: { readonly [op: string]: string } = {
  Relu: 'relu',
  Add: 'add',
  'Conv 1×1': 'conv1',
  'Conv 3×3': 'conv3',
  'Conv 3×3 → Relu': 'fused.relu',
  'Conv 3×3 with an infinite weight': 'infinite',
  BatchNormalization: 'norm',
  MaxPool: 'maxpool',
  GlobalAveragePool: 'avgpool',
  'GlobalAveragePool → Gemm': 'gemm',
};

export const graph: Graph = {
  ...{ name: 'special', channels: CHANNELS, nodes: NODES, output: 'gemm', stages: new Map() },
};

/** Positive weights, so that sums of one sign stay so; no shifts, which would hide a denormal. */
export const weights: Weights = new Map(
  graphParameters(graph).map(({ name, shape }) => {
    const value = name.endsWith('bias') || name.endsWith('mean') ? () => 0 : name.endsWith('var') ? () => 1 : next;
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
      name === 'infinite.weight' && i % 9 === 0 ? Infinity : value() / 2 + (value === next ? 0.25 : 0),
    );
    return [name, data];
  }),
);

const names = Object.keys(VALUES);
export const input: Tensor = {
  shape: [names.length, CHANNELS, SIZE, SIZE],
  data: Float64Array.from(Object.values(VALUES).flatMap((image) => [...image])),
};

const signed = (value: number, what: string) => `${value < 0 ? '−' : '+'}${what}`;

/** A float32 value's kind as text. */
function kind(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return signed(value, '∞');
  if (value === 0) return '0';
  if (Math.abs(value) < TINY) return 'denormal';
  return Math.abs(value) === LARGEST ? signed(value, 'largest') : 'finite';
}

/** How an output deviates from IEEE 754 and ONNX, by operator: `value: NaN → 0`; and flushed denormals. */
export function deviations(outputs: ReadonlyMap<string, ArrayLike<number>>): string[] {
  return Object.entries(OPS).flatMap(([op, name]) => {
    // Images differ in size by forty orders of magnitude, so each element has its own worst case.
    const { value: exact, allowed } = rigorous({ ...graph, output: name }, weights, input, FLOAT32);
    const got = outputs.get(name) ?? [];
    const each = exact.data.length / names.length;
    // An infinite weight is the special value there.
    return names.slice(0, op.includes('infinite') ? 1 : undefined).flatMap((value, image) => {
      const found = new Set<string>();
      for (let i = image * each; i < (image + 1) * each; i++) {
        const [expected, actual] = [exact.data[i] as number, got[i] as number];
        const change = `${kind(Math.fround(expected))} → ${kind(actual)}`;
        const right = isRight(judgeElements([actual], [expected], [allowed[i] as number]));
        if (!right || change === 'denormal → 0') found.add(change);
      }
      return found.size === 0 ? [] : [`${op}, ${value}: ${[...found].sort().join(', ')}`];
    });
  });
}
