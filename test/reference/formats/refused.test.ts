import { describe, expect, it } from 'vitest';
import { message, text } from '../../../reference/formats/onnx/protobuf-write.ts';
import { FLOAT, file, floats, graph, integers, messageOf, node, some, tensor, value } from './onnxfile.ts';

const INPUT = value(11, 'x', [1, 2, 4, 4]);
const OUTPUT = value(12, 'out', [1, 'f']);
const FLAT = node('Flatten y > out');
const WEIGHT = floats('w', [3, 2, 1, 1], some(6));
const broken = (shape: number[], values: number, type = FLOAT) =>
  message(5, tensor('w', shape, type, message(9, [new Uint8Array(values)])));

describe('a model that cannot be read says why, and names the node', () => {
  it.each<[string, Uint8Array, string]>([
    [
      'too few bytes',
      graph(broken([3, 2, 1, 1], 20), node('Conv x,w > y')),
      "tensor 'w': its shape [3,2,1,1] needs 24 bytes, but it has 20",
    ],
    ['too many bytes', graph(broken([3, 2, 1, 1], 28), node('Conv x,w > y')), 'needs 24 bytes, but it has 28'],
    ['a shape of astronomical size', graph(broken([2 ** 40, 2 ** 40], 24), node('Conv x,w > y')), 'but it has 24'],
    ['a negative extent', graph(broken([-3, 2], 24), node('Conv x,w > y')), "tensor 'w': its shape is [-3,2]"],
    [
      'too few float_data',
      graph(floats('w', [3, 2, 1, 1], some(5), 4), node('Conv x,w > y')),
      'needs 6 values, but it has 5',
    ],
    ['float16', graph(broken([3, 2, 1, 1], 12, 10), node('Conv x,w > y')), "tensor 'w': it is FLOAT16: only float32"],
    ['float64', graph(broken([3, 2, 1, 1], 48, 11), node('Conv x,w > y')), "tensor 'w': it is DOUBLE: only float32"],
    ['int8', graph(broken([3, 2, 1, 1], 6, 3), node('Conv x,w > y')), "tensor 'w': it is INT8: only float32"],
    [
      'int64 weights',
      graph(integers('w', [1, 2, 3, 4, 5, 6], 9, [3, 2, 1, 1]), node('Conv x,w > y')),
      "node 'the y' (Conv): its weight is not in the file as float32",
    ],
    ['an int64 input', file([value(11, 'x', [1, 2, 4, 4], 7), FLAT, OUTPUT]), "its input 'x' is no float32"],
    [
      'NaN weights',
      graph(
        floats('w', [3, 2, 1, 1], Float32Array.of(1, Number.NaN, 2, Number.POSITIVE_INFINITY, 3, 4)),
        node('Conv x,w > y'),
      ),
      "node 'the y' (Conv): tensor 'w': 2 of 6 values are NaN or infinite",
    ],
    [
      'a weight that does not fit',
      graph(floats('w', [3, 5, 1, 1], some(15)), node('Conv x,w > y')),
      "its weight 'w' [3,5,1,1] does not fit an image of 2 channels in 1 groups",
    ],
    [
      'a bias that does not fit',
      graph(WEIGHT, floats('b', [2], some(2)), node('Conv x,w,b > y')),
      "'b' has 2 values instead of [3]",
    ],
    ['a computed weight', graph(node('Relu x > w'), node('Conv x,w > y')), 'its weight is not in the file as float32'],
    [
      'an unsorted graph',
      graph(node('Relu z > y'), node('Relu x > z')),
      "node 'the y' (Relu): it reads 'z', which no node before it computes: a graph must be sorted and without cycles",
    ],
    [
      'a cycle',
      graph(node('Add x,z > y'), node('Relu y > z')),
      "node 'the y' (Add): it reads 'z', which no node before it computes",
    ],
    ['a value that two nodes compute', graph(node('Relu x > y'), node('Relu x > y')), "it computes 'y' a second time"],
    [
      'two inputs',
      file([INPUT, value(11, 'z', [1, 2, 4, 4]), node('Add x,z > y'), FLAT, OUTPUT]),
      'it has 2 inputs (x, z): one is supported',
    ],
    ['two outputs', file([INPUT, FLAT, OUTPUT, value(12, 'y', [1])]), 'it has 2 outputs (out, y): one is supported'],
    ['no output', graph().subarray(0, 0), 'no graph'],
    ['an output that is not computed', file([INPUT, node('Relu x > y'), OUTPUT]), "no node computes its output 'out'"],
    ['an image as output', file([INPUT, node('Relu x > out'), OUTPUT]), "its output is [1,2,4,4]: only a classifier's"],
    ['an input without a shape', file([message(11, text(1, 'x')), FLAT, OUTPUT]), "its input 'x' is no float32"],
    [
      'channels that are not fixed',
      file([value(11, 'x', [1, 'c', 4, 4]), FLAT, OUTPUT]),
      'with a fixed number of channels',
    ],
    [
      'an image that is not square',
      file([value(11, 'x', [1, 2, 4, 6]), FLAT, OUTPUT]),
      'its input is [1, 2, 4, 6]: only square images',
    ],
    [
      'another operator',
      graph(node('Clip x > y')),
      "node 'the y' (Clip): this operator is not supported: supported are Add, AveragePool, ",
    ],
    [
      'an operator named like what every object has',
      graph(node('constructor x > y')),
      '(constructor): this operator is not supported',
    ],
    [
      'a softmax',
      file([INPUT, node('Flatten x > f'), node('Softmax f > out'), OUTPUT]),
      "node 'the out' (Softmax): this operator is not supported: logits are compared",
    ],
    ['an old opset', file([INPUT, node('Relu x > y'), FLAT, OUTPUT], 6), 'its opset is 6: 7 or later is supported'],
    [
      'dilation',
      graph(WEIGHT, node('Conv x,w > y', { dilations: [2, 2] })),
      'its dilations are [2,2]: only 1 is supported',
    ],
    [
      'ceil_mode',
      graph(node('MaxPool x > y', { kernel_shape: [2, 2], ceil_mode: 1 })),
      'its ceil_mode is 1: only 0 is supported',
    ],
    [
      'a stride of 0',
      graph(WEIGHT, node('Conv x,w > y', { strides: [0, 1] })),
      'its strides are [0,1]: two numbers of 1 or more',
    ],
    [
      'negative pads',
      graph(WEIGHT, node('Conv x,w > y', { pads: [0, -1, 0, 0] })),
      'its pads are [0,-1,0,0]: only 0 or more',
    ],
    [
      'a pool of a part',
      graph(node('AveragePool x > y', { kernel_shape: [2, 2] })),
      'its window 2×2 is not the whole image of 4×4',
    ],
    [
      'alpha',
      file([
        INPUT,
        floats('m', [3, 32], some(96)),
        node('Flatten x > f'),
        node('Gemm f,m > out', { transB: 1, alpha: { float: 2 } }),
        OUTPUT,
      ]),
      'its alpha is 2: only 1 is supported',
    ],
    ['an approximate Gelu', graph(node('Gelu x > y', { approximate: 'tanh' })), 'it is approximated by tanh'],
    [
      'arithmetic that is none of ours',
      graph(floats('s', [], some(1)), node('Add x,s > y')),
      'its operands are not those of a residual sum',
    ],
    [
      'half a Gelu',
      graph(floats('r', [], Float32Array.of(Math.SQRT2)), node('Div x,r > d'), node('Erf d > y')),
      "node 'the out' (Flatten): it reads a piece of arithmetic",
    ],
    [
      'a slice that leaves things out',
      graph(integers('s', [1]), integers('e', [4]), integers('a', [2]), node('Slice x,s,e,a > y')),
      'it leaves out more than its steps do',
    ],
    [
      'training mode',
      graph(
        ...['a', 'b', 'c', 'd'].map((name) => floats(name, [2], some(2))),
        node('BatchNormalization x,a,b,c,d > y', { training_mode: 1 }),
      ),
      'its training_mode is 1',
    ],
    [
      'a window that is too large',
      graph(floats('w', [1, 2, 9, 9], some(162)), node('Conv x,w > y')),
      'is too small for its 9,9 window',
    ],
    [
      'more shapes than memory',
      graph(
        integers('n', [2 ** 40]),
        node('ConstantOfShape n > s', { value: { tensor: tensor('', [1], 7, message(9, [new Uint8Array(8)])) } }),
        node('Reshape x,s > y'),
      ),
      'values that are no shape',
    ],
  ])('%s', (_, bytes, expected) => expect(messageOf(bytes)).toContain(expected));

  it.each<[string, number, number, string]>([
    ['size', 1, 8, 'its input is fixed to [1, 2, 4, 4]: it cannot take [1, 2, 8, 8]'],
    ['batch', 3, 4, 'its input is fixed to [1, 2, 4, 4]: it cannot take [3, 2, 4, 4]'],
  ])('another %s than it is fixed to', (_, batch, size, expected) =>
    expect(messageOf(graph(node('Relu x > y')), new Map(), batch, size)).toBe(expected),
  );
});
