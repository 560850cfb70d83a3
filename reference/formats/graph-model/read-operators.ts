import { isObject, numberIn } from '../../json.ts';
import { quote, shapeText, shown } from '../../quote.ts';
import * as arithmetic from '../arithmetic.ts';
import { floatsOf, once, reshaped, tensorOf } from '../builder.ts';
import { convolve, joinPieces } from '../convolution.ts';
import { padsOf, pairOf } from '../geometry.ts';
import { integersOf } from '../integers.ts';
import { multiplyMatrix } from '../matrix.ts';
import * as norms from '../norms.ts';
import * as pooling from '../pooling.ts';
import * as reshaping from '../reshaping.ts';
import type { Floats, Item } from '../values.ts';
import { attribute, decoded, flag, geometry, imagePair, integers, type Reading, text } from './attributes.ts';

/** HWIO, of `inner` input channels and `out` output channels, to OIHW. */
function oihw(weight: Floats, inner: number, out: number): Floats {
  const [kh = 0, kw = 0] = weight.shape;
  const make = () => {
    const data = new Float32Array(weight.data.length);
    let at = 0;
    for (let k = 0; k < kh * kw; k++)
      for (let i = 0; i < inner; i++)
        for (let o = 0; o < out; o++) data[(o * inner + i) * kh * kw + k] = weight.data[at++] as number;
    return data;
  };
  return reshaped(weight, [out, inner, kh, kw], once(weight.data, `oihw ${inner} ${out}`, make));
}

/** Maximum of operators that a message names. */
const MOST_SHOWN = 8;

/** What is fused into a node: a bias, if any, and whether a ReLU. Throws on anything else. */
function fused(reading: Reading): { bias: Floats | undefined; relu: boolean } {
  const list = attribute(reading, 'fused_ops', 'list');
  const ops = isObject(list) && Array.isArray(list.s) ? list.s.map(decoded) : [];
  const known = ['', 'BiasAdd', 'BiasAdd,Relu', 'Relu'];
  if (!known.includes(`${ops}`))
    throw new Error(
      `it has ${shown(ops.slice(0, MOST_SHOWN).join(', '))} fused into it: only BiasAdd and Relu are supported`,
    );
  return {
    bias: ops.includes('BiasAdd') ? floatsOf(reading.inputs[2], 'bias') : undefined,
    relu: ops.includes('Relu'),
  };
}

/** A convolution, with a filter for each channel where `depthwise`; with what is fused into it. */
function convolution(reading: Reading, depthwise: boolean): Item {
  const { net, name, inputs } = reading;
  const weight = floatsOf(inputs[1], 'filter');
  const [kh = 0, kw = 0, inner = 0, last = 0] = weight.shape;
  if (weight.shape.length !== 4) throw new Error(`its filter ${quote(weight.name)} is ${shapeText(weight.shape)}`);
  const { bias, relu } = fused(reading);
  const moves = { ...geometry(reading), group: depthwise ? inner : 1 };
  const kernel = pairOf([kh, kw], 'kernel', 1);
  const filter = depthwise
    ? { weight: oihw(weight, 1, inner * last), in: 1, out: inner * last, kernel }
    : { weight: oihw(weight, inner, last), in: inner, out: last, kernel };
  const made = convolve(net, name, inputs[0], { filter, bias, geometry: moves, part: relu ? 'conv' : undefined });
  if (!relu) return made;
  return made.kind === 'piece' ? { ...made, relu } : net.add(name, { op: 'Relu' }, [tensorOf(made)], {});
}

function product(reading: Reading): Item {
  const { net, name, inputs } = reading;
  if (flag(reading, 'transpose_a')) throw new Error('its transpose_a is set: only false is supported');
  const { bias, relu } = fused(reading);
  if (relu) throw new Error('it has Relu fused into it: only BiasAdd is supported');
  const made = multiplyMatrix(net, name, inputs[0], {
    matrix: floatsOf(inputs[1], 'matrix'),
    transposed: flag(reading, 'transpose_b'),
  });
  return bias === undefined ? made : made.biased(name, bias);
}

function batchNorm(reading: Reading): Item {
  if (attribute(reading, 'is_training', 'b') !== false) throw new Error('it is in training mode');
  if ((text(reading, 'data_format') ?? 'NHWC') !== 'NHWC') throw new Error('its data_format is not NHWC');
  // TensorFlow's default, where a converter omitted it.
  const epsilon = attribute(reading, 'epsilon', 'f') ?? 1e-4;
  return norms.batchNorm(reading.net, reading.name, reading.inputs, Math.fround(numberIn(epsilon)));
}

/** A mean over an image's pixels, or over its channels. */
function mean(reading: Reading): Item {
  const { net, name, inputs } = reading;
  const axes = integersOf(inputs[1], 'axes')
    .map((axis) => (axis < 0 ? axis + 4 : axis))
    .sort();
  const keep = flag(reading, 'keep_dims');
  if (`${axes}` === '1,2') return pooling.averageAll(net, name, inputs[0], keep);
  if (`${axes}` !== '3' || !keep)
    throw new Error(
      `it averages over axes ${shapeText(axes)}: only all pixels, or the channels of each, are supported`,
    );
  return arithmetic.mean(inputs[0]);
}

function pad(reading: Reading): Item {
  const { net, name, inputs } = reading;
  const amounts = integersOf(inputs[1], 'paddings');
  const [n0 = 0, n1 = 0, top = 0, bottom = 0, left = 0, right = 0, c0 = 0, c1 = 0] = amounts;
  padsOf(amounts);
  if (n0 + n1 > 0 || amounts.length !== 8) throw new Error(`its paddings are ${shapeText(amounts)}`);
  const fill = inputs[2] === undefined ? 0 : (floatsOf(inputs[2], 'value').data[0] ?? 0);
  return reshaping.pad(net, name, tensorOf(inputs[0]), {
    border: [top, left, bottom, right],
    channels: [c0, c1],
    fill,
  });
}

function pool(reading: Reading, read: typeof pooling.maxPool): Item {
  const window = { kernel: imagePair(reading, 'ksize'), geometry: geometry(reading) };
  return read(reading.net, reading.name, reading.inputs[0], window);
}

function stridedSlice(reading: Reading): Item {
  const { net, name, inputs } = reading;
  const image = tensorOf(inputs[0]);
  const [begin = [], end = [], steps = []] = ['begin', 'end', 'strides'].map((what, i) =>
    integersOf(inputs[i + 1], what),
  );
  const mask = (what: string) => numberIn(attribute(reading, `${what}_mask`, 'i') ?? 0);
  const whole = reshaping.seen(image).every((extent, axis) => {
    const starts = ((mask('begin') >> axis) & 1) === 1 || begin[axis] === 0;
    return starts && (((mask('end') >> axis) & 1) === 1 || (end[axis] ?? 0) >= extent);
  });
  const [n, h = 1, w = 1, c] = steps;
  if (!whole || n !== 1 || c !== 1 || mask('ellipsis') + mask('new_axis') + mask('shrink_axis') > 0)
    throw new Error('it takes more away than every other row and column');
  return reshaping.slice(net, name, image, pairOf([h, w], 'strides', 1));
}

/** Removes axes of size 1 from a value. */
function squeeze(reading: Reading): Item {
  const x = tensorOf(reading.inputs[0]);
  const gone = new Set(integers(reading, 'squeeze_dims').map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
  return reshaping.flatten(
    reading.net,
    reading.name,
    x,
    reshaping.seen(x).filter((_, axis) => !gone.has(axis)),
  );
}

function concat(reading: Reading): Item {
  const parts = reading.inputs.slice(0, -1);
  const [axis] = integersOf(reading.inputs.at(-1), 'axis');
  if (axis !== 3 && axis !== -1) throw new Error(`its axis is ${axis}: only channels are supported`);
  return joinPieces(reading.net, reading.name, parts);
}

type ReadNode = (reading: Reading) => Item;
const same: ReadNode = ({ inputs: [x] }) => x ?? tensorOf(x);
const sum: ReadNode = ({ net, name, inputs: [a, b] }) => arithmetic.plus(net, name, a, b);

const OPERATORS: { readonly [op: string]: ReadNode } = {
  Add: sum,
  AddV2: sum,
  AvgPool: (reading) => pool(reading, pooling.averageWhole),
  BiasAdd: sum,
  ConcatV2: concat,
  Conv2D: (reading) => convolution(reading, false),
  DepthwiseConv2dNative: (reading) => convolution(reading, true),
  Erf: ({ inputs: [x] }) => arithmetic.erf(x),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  FusedDepthwiseConv2dNative: (reading) => convolution(reading, true),
  Identity: same,
  MatMul: product,
  MaxPool: (reading) => pool(reading, pooling.maxPool),
  Mean: mean,
  Mul: ({ net, name, inputs: [a, b] }) => arithmetic.times(net, name, a, b),
  Pad: pad,
  PadV2: pad,
  RealDiv: ({ net, name, inputs: [a, b] }) => arithmetic.over(net, name, a, b),
  Relu: ({ net, name, inputs: [x] }) => net.add(name, { op: 'Relu' }, [tensorOf(x)], {}),
  Reshape: ({ net, name, inputs: [x, shape] }) => reshaping.flatten(net, name, x, integersOf(shape, 'extents')),
  Rsqrt: ({ inputs: [x] }) => arithmetic.root(x, true),
  Sqrt: ({ inputs: [x] }) => arithmetic.root(x, false),
  Square: ({ net, name, inputs: [x] }) => arithmetic.square(net, name, x),
  SquaredDifference: ({ net, name, inputs: [a, b] }) => arithmetic.square(net, name, arithmetic.minus(a, b)),
  Squeeze: squeeze,
  StridedSlice: stridedSlice,
  Sub: ({ inputs: [a, b] }) => arithmetic.minus(a, b),
  Transpose: ({ inputs: [x, permutation] }) => reshaping.turned(x, integersOf(permutation, 'permutation')),
  _FusedConv2D: (reading) => convolution(reading, false),
  _FusedMatMul: product,
};

const HINTS: { readonly [op: string]: string } = {
  Softmax: 'logits are compared, so convert the network without its softmax',
};

/**
 * Reads a node to its outputs: one, except for `Split`. Throws where its operator, or the operator's attributes, are
 * not supported.
 */
export function readTfOperator(reading: Reading): Item[] {
  const { node, inputs } = reading;
  if (node.op === 'Split') {
    const [axis] = integersOf(inputs[0], 'axis');
    const of = tensorOf(inputs[1]);
    const count = numberIn(attribute(reading, 'num_split', 'i'));
    if ((axis !== 3 && axis !== -1) || !(count >= 1 && (of.shape[1] ?? 0) % count === 0))
      throw new Error('it splits no channels into equal parts');
    if (count > reading.parts) throw new Error(`it makes ${count} parts, more than there are nodes to read them`);
    return Array.from({ length: count }, (_, index) => ({ kind: 'part', of, index, count }));
  }
  const read = Object.hasOwn(OPERATORS, node.op) ? OPERATORS[node.op] : undefined;
  const names = ['Const', 'Placeholder', 'Split', ...Object.keys(OPERATORS)].sort();
  if (read === undefined)
    throw new Error(`this operator is not supported: ${HINTS[node.op] ?? `supported are ${names.join(', ')}`}`);
  return [read(reading)];
}
