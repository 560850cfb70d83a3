import { quote, shapeText, shown } from '../../quote.ts';
import { transpose as matrixTransposed } from '../../tensor.ts';
import * as arithmetic from '../arithmetic.ts';
import { floatsOf, once, reshaped, tensorOf } from '../builder.ts';
import { convolve } from '../convolution.ts';
import { padsOf, pairOf } from '../geometry.ts';
import { INTEGER_OPERATORS } from '../integers.ts';
import { multiplyMatrix } from '../matrix.ts';
import * as norms from '../norms.ts';
import * as pooling from '../pooling.ts';
import * as reshaping from '../reshaping.ts';
import type { Item } from '../values.ts';
import { either, float, geometry, integer, integers, must, type Reading, text, windowOf } from './attributes.ts';
import * as shapes from './read-shapes.ts';

function convolution(reading: Reading): Item {
  const [x, w, b] = reading.inputs;
  const weight = floatsOf(w, 'weight');
  const [out = 0, inner = 0, kh = 0, kw = 0] = weight.shape;
  if (weight.shape.length !== 4)
    throw new Error(`its weight ${quote(weight.name)} is ${shapeText(weight.shape)}: only images are supported`);
  const kernel = pairOf(integers(reading, 'kernel_shape') ?? [kh, kw], 'kernel_shape', 1);
  if (kernel[0] !== kh || kernel[1] !== kw)
    throw new Error(`its kernel_shape [${kernel}] is not its weight's ${shapeText(weight.shape)}`);
  const bias = b && floatsOf(b, 'bias');
  return convolve(reading.net, reading.name, x, {
    filter: { weight, in: inner, out, kernel },
    bias,
    geometry: geometry(reading),
    part: undefined,
  });
}

function gemm(reading: Reading): Item {
  const [x, w, b] = reading.inputs;
  for (const name of ['alpha', 'beta']) must(reading, name, 1);
  must(reading, 'transA', 0);
  if (tensorOf(x).shape.length !== 2) throw new Error('it multiplies an image: flatten it first');
  const product = multiplyMatrix(reading.net, reading.name, x, {
    matrix: floatsOf(w, 'weight'),
    transposed: integer(reading, 'transB', 0) === 1,
  });
  if (b === undefined) return product;
  const bias = floatsOf(b, 'bias');
  return product.biased(reading.name, reshaped(bias, [bias.data.length]));
}

/** A mean over an image's pixels, or over its channels. */
function mean(reading: Reading): Item {
  const { net, name, inputs } = reading;
  const [x] = inputs;
  const axes = either(reading, 'axes', 1) ?? [];
  const keep = integer(reading, 'keepdims', 1) === 1;
  const last = x?.kind === 'partial' ? x.of.last : tensorOf(x).last;
  const along = axes.map((axis) => (axis < 0 ? axis + 4 : axis)).sort();
  if (`${along}` === (last ? '1,2' : '2,3')) return pooling.averageAll(net, name, x, keep);
  if (`${along}` !== (last ? '3' : '1') || !keep)
    throw new Error(
      `it averages over axes ${shapeText(axes)}: only all pixels, or the channels of each, are supported`,
    );
  return arithmetic.mean(x);
}

function layerNorm(reading: Reading): Item {
  const [x, weight, bias] = reading.inputs;
  const value = tensorOf(x);
  const axis = integer(reading, 'axis', -1);
  if (value.shape.length !== 4 || !value.last || (axis !== -1 && axis !== 3))
    throw new Error('it does not normalise over the channels of an image, moved last');
  const channels = value.shape[1] ?? 0;
  const scale = floatsOf(weight, 'scale');
  // As many as the scale holds: what the image has may be any number.
  const data = once(scale.data, 'zeros', () => new Float32Array(scale.data.length));
  const shift = bias === undefined ? reshaped(scale, [channels], data) : floatsOf(bias, 'bias');
  const epsilon = float(reading, 'epsilon', Math.fround(1e-5));
  return norms.layerNorm(reading.net, reading.name, value, { weight: scale, bias: shift, epsilon });
}

function pad(reading: Reading): Item {
  const { net, name, inputs } = reading;
  const [x, , fill] = inputs;
  const mode = text(reading, 'mode', 'constant');
  if (mode !== 'constant') throw new Error(`its mode is ${shown(mode)}: only constant is supported`);
  const pads = either(reading, 'pads', 1) ?? [];
  if (inputs[3] !== undefined || pads.length !== 8)
    throw new Error(`its pads are ${shapeText(pads)}: 8 of them are supported`);
  const value = fill === undefined ? float(reading, 'value', 0) : floatsOf(fill, 'value').data[0];
  const [n0 = 0, c0 = 0, top = 0, left = 0, n1 = 0, c1 = 0, bottom = 0, right = 0] = padsOf(pads) && pads;
  const image = tensorOf(x);
  if (image.last || n0 + n1 > 0) throw new Error('it pads more than channels, or height and width');
  return reshaping.pad(net, name, image, {
    border: [top, left, bottom, right],
    channels: [c0, c1],
    fill: value ?? 0,
  });
}

function slice(reading: Reading): Item {
  const { net, name, inputs } = reading;
  const image = tensorOf(inputs[0]);
  const starts = either(reading, 'starts', 1) ?? [];
  const axes = either(reading, 'axes', 3) ?? starts.map((_, i) => i);
  const ends = either(reading, 'ends', 2) ?? [];
  const steps = either(reading, 'steps', 4) ?? starts.map(() => 1);
  const all = [1, 1, 1, 1];
  for (const [i, axis] of axes.entries()) {
    const at = axis < 0 ? axis + 4 : axis;
    if (starts[i] !== 0 || (ends[i] ?? 0) < (image.shape[at] ?? Infinity))
      throw new Error('it leaves out more than its steps do');
    all[at] = steps[i] ?? 1;
  }
  const [n, c, height, width] = all;
  if (image.last || n !== 1 || c !== 1)
    throw new Error(`its steps are [${all}]: only those of height and width are supported`);
  return reshaping.slice(net, name, image, pairOf([height ?? 1, width ?? 1], 'steps', 1));
}

function transpose(reading: Reading): Item {
  const [x] = reading.inputs;
  const permutation = integers(reading, 'perm') ?? [];
  if (x?.kind !== 'floats') return reshaping.turned(x, permutation);
  const [rows = 0, columns = 0] = x.shape;
  if (x.shape.length !== 2 || (permutation.length > 0 && `${permutation}` !== '1,0'))
    throw new Error(`it turns a constant ${shapeText(x.shape)}: only matrices are supported`);
  const turned = once(x.data, `turned ${rows}`, () => matrixTransposed(x.data, rows, columns));
  return reshaped(x, [columns, rows], turned);
}

function maxPool(reading: Reading): Item {
  for (const name of ['ceil_mode', 'storage_order']) must(reading, name, 0);
  return pooling.maxPool(reading.net, reading.name, reading.inputs[0], windowOf(reading));
}

function averagePool(reading: Reading): Item {
  must(reading, 'ceil_mode', 0);
  return pooling.averageWhole(reading.net, reading.name, reading.inputs[0], windowOf(reading));
}

function batchNorm(reading: Reading): Item {
  must(reading, 'training_mode', 0);
  must(reading, 'spatial', 1);
  return norms.batchNorm(reading.net, reading.name, reading.inputs, float(reading, 'epsilon', Math.fround(1e-5)));
}

function gelu(reading: Reading): Item {
  const approximate = text(reading, 'approximate', 'none');
  if (approximate !== 'none')
    throw new Error(`it is approximated by ${shown(approximate)}: only the exact one is supported`);
  return reading.net.add(reading.name, { op: 'Gelu' }, [tensorOf(reading.inputs[0])], {});
}

/** To float32, which everything is. */
function cast(reading: Reading): Item {
  must(reading, 'to', 1);
  return tensorOf(reading.inputs[0]);
}

function constant(reading: Reading): Item {
  const {
    tensor,
    float: number,
    floats,
    integers: many,
    integer: whole,
  } = [...reading.node.attributes.values()][0] ?? {};
  if (tensor !== undefined) return tensor;
  const values = number === undefined ? floats : Float32Array.of(number);
  if (values !== undefined && values.length > 0)
    return { kind: 'floats', name: reading.name, shape: number === undefined ? [values.length] : [], data: values };
  const list = whole === undefined ? (many ?? []) : [whole];
  return { kind: 'integers', shape: whole === undefined ? [list.length] : [], data: list };
}

function power(reading: Reading): Item {
  const [x, exponent] = reading.inputs;
  const value = floatsOf(exponent, 'exponent').data;
  if (value.length !== 1 || value[0] !== 2) throw new Error('its exponent is not 2');
  return arithmetic.square(reading.net, reading.name, x);
}

type ReadNode = (reading: Reading) => Item;
const same: ReadNode = ({ inputs: [x] }) => x ?? tensorOf(x);

/** What is read of each operator. */
const OPERATORS: { readonly [op: string]: ReadNode } = {
  Add: ({ net, name, inputs: [a, b] }) => arithmetic.plus(net, name, a, b),
  AveragePool: averagePool,
  BatchNormalization: batchNorm,
  Cast: cast,
  Constant: constant,
  Conv: convolution,
  Div: ({ net, name, inputs: [a, b] }) => arithmetic.over(net, name, a, b),
  Dropout: same,
  Erf: ({ inputs: [x] }) => arithmetic.erf(x),
  Flatten: shapes.flatten,
  Gelu: gelu,
  Gemm: gemm,
  GlobalAveragePool: ({ net, name, inputs: [x] }) => pooling.averageAll(net, name, x, true),
  Identity: same,
  LayerNormalization: layerNorm,
  MatMul: ({ net, name, inputs: [x, w] }) =>
    multiplyMatrix(net, name, x, { matrix: floatsOf(w, 'weight'), transposed: false }),
  MaxPool: maxPool,
  Mul: ({ net, name, inputs: [a, b] }) => arithmetic.times(net, name, a, b),
  Pad: pad,
  Pow: power,
  ReduceMean: mean,
  Relu: ({ net, name, inputs: [x] }) => net.add(name, { op: 'Relu' }, [tensorOf(x)], {}),
  Reshape: shapes.reshape,
  Shape: shapes.shape,
  Slice: slice,
  Sqrt: ({ inputs: [x] }) => arithmetic.root(x, false),
  Squeeze: shapes.squeeze,
  Sub: ({ inputs: [a, b] }) => arithmetic.minus(a, b),
  Transpose: transpose,
};

const NAMES = [...new Set([...Object.keys(OPERATORS), ...Object.keys(INTEGER_OPERATORS)])].sort();

const HINTS: { readonly [op: string]: string } = {
  Softmax: 'logits are compared, so export the network without its softmax',
};

/** What a node comes to. Throws where its operator is not supported, or not as the node has it. */
export function readOperator(reading: Reading): Item {
  const { node, inputs } = reading;
  const onIntegers = inputs[0]?.kind === 'integers' || node.op === 'ConstantOfShape';
  const compute = onIntegers && Object.hasOwn(INTEGER_OPERATORS, node.op) ? INTEGER_OPERATORS[node.op] : undefined;
  if (compute !== undefined) return compute(inputs, (name) => integers(reading, name) ?? []);
  const read = Object.hasOwn(OPERATORS, node.op) ? OPERATORS[node.op] : undefined;
  if (read === undefined)
    throw new Error(`this operator is not supported: ${HINTS[node.op] ?? `supported are ${NAMES.join(', ')}`}`);
  return read(reading);
}
