import { type Graph, INPUT, inferShape, type Node, nodeParameters, type Op } from '../../../reference/graph.ts';
import { sizeOf, type Tensor, type Weights } from '../../../reference/tensor.ts';

/** Draws whole numbers below a limit. */
export type Draw = (below: number) => number;

/** A generator with a seed (mulberry32). */
export function drawing(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Every suffix that a writer may give to a constant or a step of its own, and words that files have. */
const SUFFIXES =
  'weight bias running_mean running_var layer_scale starts ends axes steps pads begin end axis split group0 group1 pad paddings value shape nchw mean centred squares variance spread scale normal gained epsilon root scaled one erf sum mul half nhwc norm div root2 2 conv'.split(
    ' ',
  );
const WORDS = ['s', '0', '17', '-', '_', 'x', 'input_2', 'Const', 'Relu', 'output', 'a.b', 'n'.repeat(200)];

/** A random graph, the weights and the input of each call. */
export type Case = { readonly graph: Graph; readonly weights: Weights; readonly input: Tensor };

const one = <T>(draw: Draw, list: readonly T[]): T => list[draw(list.length)] as T;
const float32 = (draw: Draw) => Math.fround(draw(2 ** 24) / 2 ** 23 - 1);

/** A name that no node has, and that a writer would like to give to something else. */
function hostile(draw: Draw, taken: ReadonlySet<string>): string {
  const others = [...taken].filter((name) => name !== INPUT && name.length < 20);
  for (;;) {
    const base = others.length > 0 && draw(3) > 0 ? one(draw, others) : one(draw, WORDS);
    const join = draw(8) === 0 ? '_' : '.';
    const name = draw(3) > 0 ? `${base}${join}${one(draw, SUFFIXES)}` : base;
    if (!taken.has(name)) return name;
  }
}

function convolution(draw: Draw, channels: number): Op {
  const groups = [1, channels, 2, 3].filter((count) => channels % count === 0);
  const group = one(draw, groups);
  const out = group * (1 + draw(3));
  const linear = group === 1 && draw(5) === 0;
  const kernel = linear ? ([1, 1] as const) : ([1 + draw(3), 1 + draw(3)] as const);
  const strides = linear ? ([1, 1] as const) : ([1 + draw(3), 1 + draw(3)] as const);
  const padded = !linear && draw(2) === 0;
  const pads = [draw(3), draw(3), draw(3), draw(3)] as const;
  const same = [1, 1, 1, 1] as const;
  const square = !linear && draw(4) === 0;
  return {
    ...{ op: 'Conv', in: channels, out, group, bias: draw(2) === 0 },
    kernel: square ? [3, 3] : kernel,
    strides: square ? [1, 1] : strides,
    pads: square ? same : padded ? pads : [0, 0, 0, 0],
    ...(linear ? { linear: true } : {}),
  };
}

/** An operation on a value of this shape; undefined where this kind takes none. */
function operation(draw: Draw, kind: Op['op'], [, channels = 1, h]: readonly number[]): Op | undefined {
  const image = h !== undefined;
  const epsilon = Math.fround(one(draw, [1e-5, 1e-3, 0.01]));
  switch (kind) {
    case 'Relu':
    case 'Gelu':
    case 'Add':
      return { op: kind };
    case 'Gemm':
      return image ? undefined : { op: kind, in: channels, out: 1 + draw(5) };
    case 'Conv':
      return image ? convolution(draw, channels) : undefined;
    case 'MaxPool': {
      const kernel = [1 + draw(3), 1 + draw(3)] as const;
      const [vertical, horizontal] = kernel;
      const pads = [draw(vertical), draw(horizontal), draw(vertical), draw(horizontal)] as const;
      return image ? { op: kind, kernel, strides: [1 + draw(3), 1 + draw(3)], pads } : undefined;
    }
    case 'Slice':
      return image ? { op: kind, steps: [1 + draw(3), one(draw, [1, 2, 2 ** 31 - 1])] } : undefined;
    case 'Pad':
      return image ? { op: kind, channels: [draw(2), 1 + draw(2)] } : undefined;
    case 'Mul':
      // A file's product with one number may be a step of a Gelu.
      return image && channels > 1 ? { op: kind, channels } : undefined;
    case 'BatchNormalization':
    case 'LayerNormalization':
      return image ? { op: kind, channels, epsilon } : undefined;
    default:
      return image ? { op: kind } : undefined;
  }
}

/**
 * A random graph of up to `most` nodes over these kinds of operations, with names that writers' own may collide with.
 * Its output is any value, an image or not.
 */
export function randomCase(seed: number, kinds: readonly Op['op'][], most: number): Case {
  const draw = drawing(seed);
  const [batch, channels, size] = [1 + draw(2), 1 + draw(4), 1 + draw(6)];
  const shapes = new Map<string, readonly number[]>([[INPUT, [batch, channels, size, size]]]);
  const taken = new Set([INPUT]);
  const nodes: Node[] = [];
  const weights = new Map<string, Float32Array>();
  const wanted = 1 + draw(most);
  for (let tries = 0; nodes.length < wanted && tries < 100; tries++) {
    // Mostly the latest value, so that graphs are deep, and now and then one that another node reads too.
    const values = [...shapes.keys()];
    const source = draw(4) > 0 ? (values.at(-1) ?? INPUT) : one(draw, values);
    const shape = shapes.get(source) ?? [];
    const op = operation(draw, one(draw, kinds), shape);
    if (op === undefined) continue;
    const alike = values.filter((value) => `${shapes.get(value)}` === `${shape}`);
    const inputs = op.op === 'Add' ? [source, one(draw, alike)] : [source];
    const name = hostile(draw, taken);
    const node: Node = { name, inputs, ...op };
    try {
      shapes.set(name, inferShape(node, shapes));
    } catch {
      continue;
    }
    taken.add(name);
    nodes.push(node);
    for (const { name: own, shape: of } of nodeParameters(node)) {
      const positive = own.endsWith('.running_var');
      const value = () => (positive ? 0.5 + Math.abs(float32(draw)) : float32(draw));
      weights.set(own, Float32Array.from({ length: sizeOf(of) }, value));
    }
  }
  const output = nodes.at(-1)?.name ?? INPUT;
  const shape = shapes.get(INPUT) ?? [];
  const input = { shape, data: Float64Array.from({ length: sizeOf(shape) }, () => float32(draw)) };
  return { graph: { name: 'random', channels, nodes, output, stages: new Map() }, weights, input };
}
