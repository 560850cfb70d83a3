import { describe, it } from 'vitest';
import { type Chunk, message } from '../../../reference/formats/onnx/protobuf-write.ts';
import { agrees as agreesAt } from './agrees.ts';
import { FLOAT, file, floats, integers, node, some, tensor, value } from './onnxfile.ts';

const SIZE = 7;
const IMAGE = [1, 4, SIZE, SIZE];

/** The same as ONNX Runtime has it, of one image unless told. */
const agrees = (bytes: Uint8Array, ops: readonly string[], shape: readonly number[] = IMAGE) =>
  agreesAt(bytes, ops, shape);

/** A file that computes `y` of an image `x`, and then flattens it, so that every value shows. */
const flattened = (parts: readonly Chunk[][], opset?: number) =>
  file([value(11, 'x', IMAGE), ...parts, node('Flatten y > out'), value(12, 'out', ['n', 'f'])], opset);

const W33 = floats('w', [6, 4, 3, 3], some(216));
const B6 = floats('b', [6], some(6, 5));

describe('a convolution is read as ONNX Runtime computes it', () => {
  it.each<[string, Chunk[][]]>([
    ['with uneven pads', [W33, B6, node('Conv x,w,b > y', { pads: [0, 1, 2, 0], strides: [2, 1] })]],
    ['without attributes', [W33, node('Conv x,w > y')]],
    ['auto_pad VALID', [W33, node('Conv x,w > y', { auto_pad: 'VALID', strides: [2, 2] })]],
    ['auto_pad SAME_UPPER', [W33, B6, node('Conv x,w,b > y', { auto_pad: 'SAME_UPPER', strides: [2, 2] })]],
    [
      'auto_pad SAME_LOWER, an even kernel',
      [floats('w', [6, 4, 2, 4], some(192)), node('Conv x,w > y', { auto_pad: 'SAME_LOWER', strides: [3, 2] })],
    ],
    ['groups', [floats('w', [6, 2, 3, 3], some(108)), B6, node('Conv x,w,b > y', { group: 2 })]],
    ['depthwise', [floats('w', [8, 1, 3, 3], some(72)), node('Conv x,w > y', { group: 4, pads: [1, 1, 1, 1] })]],
    ['float_data', [floats('w', [6, 4, 3, 3], some(216), 4), node('Conv x,w > y')]],
    [
      'a constant that nodes pass on',
      [W33, node('Identity w > w1'), node('Identity x > x1'), node('Conv x1,w1 > y1'), node('Dropout y1 > y')],
    ],
    [
      'its weight in a Constant',
      [
        node('Constant - > w', {
          value: { tensor: tensor('', [1, 4, 1, 1], FLOAT, message(9, [new Uint8Array(some(4).buffer)])) },
        }),
        node('Conv x,w > y'),
      ],
    ],
    [
      'a border before it',
      [
        W33,
        integers('p', [0, 0, 1, 0, 0, 0, 0, 2]),
        node('Pad x,p > x1'),
        node('Conv x1,w > y', { pads: [1, 1, 1, 1] }),
      ],
    ],
    [
      'a border before it that is nothing',
      [W33, integers('p', [0, 0, 0, 0, 0, 0, 0, 0], 7), node('Pad x,p > x1'), node('Conv x1,w > y')],
    ],
  ])('%s', (_, parts) => agrees(flattened(parts), ['Conv', 'Flatten']));

  it('with its bias added after it', () =>
    agrees(flattened([W33, floats('b', [6, 1, 1], some(6)), node('Conv x,w > y1'), node('Add b,y1 > y')]), [
      'Conv',
      'Flatten',
    ]));

  it('with a bias for one reader and none for another', () =>
    agrees(
      flattened([
        W33,
        floats('b', [1, 6, 1, 1], some(6)),
        node('Conv x,w > c'),
        node('Add c,b > d'),
        node('Relu c > e'),
        node('Add d,e > y'),
      ]),
      ['Conv', 'Conv', 'Relu', 'Add', 'Flatten'],
    ));
});

const scalar = (name: string, number: number) => floats(name, [], Float32Array.of(number));
const POOL = { kernel_shape: [3, 2], strides: [2, 2] };
const NORM = [floats('g', [4], some(4)), floats('b', [4], some(4, 5))];
const LAST = node('Transpose x > n', { perm: [0, 2, 3, 1] });
const FIRST = node('Transpose m > y', { perm: [0, 3, 1, 2] });
const EPSILON = { epsilon: { float: 1e-3 } };

/** A layer normalisation in simple operators. */
const SPELLED = [
  ...[...NORM, scalar('two', 2), scalar('eps', 1e-3), LAST],
  ...[node('ReduceMean n > mean', { axes: [-1] }), node('Sub n,mean > c'), node('Pow c,two > s')],
  ...[node('ReduceMean s > v', { axes: [3] }), node('Add v,eps > e'), node('Sqrt e > d'), node('Div c,d > z')],
  ...[node('Mul z,g > zg'), node('Add zg,b > m'), FIRST],
];

const GELU = [scalar('r', Math.SQRT2), scalar('one', 1), scalar('half', 0.5), node('Div x,r > a'), node('Erf a > e')];

describe('an operator is read as ONNX Runtime computes it', () => {
  it.each<[string, string[], Chunk[][], number?]>([
    [
      'BatchNormalization',
      ['BatchNormalization'],
      [
        ...[
          ...NORM,
          floats('m', [4], some(4, 7)),
          floats(
            'v',
            [4],
            some(4, 9).map((one) => one + 1.5),
          ),
        ],
        node('BatchNormalization x,g,b,m,v > y', EPSILON),
      ],
    ],
    ['MaxPool', ['MaxPool'], [node('MaxPool x > y', { ...POOL, pads: [1, 0, 1, 1] })]],
    ['MaxPool SAME_UPPER', ['MaxPool'], [node('MaxPool x > y', { ...POOL, auto_pad: 'SAME_UPPER' })]],
    [
      'MaxPool after zeros around a ReLU',
      ['Relu', 'MaxPool'],
      [integers('p', [0, 0, 1, 1, 0, 0, 1, 0]), node('Relu x > r'), node('Pad r,p > q'), node('MaxPool q > y', POOL)],
    ],
    ['AveragePool of all', ['GlobalAveragePool'], [node('AveragePool x > y', { kernel_shape: [SIZE, SIZE] })]],
    ['ReduceMean of all', ['GlobalAveragePool'], [node('ReduceMean x > y', { axes: [2, 3] })]],
    [
      'ReduceMean of all, without their axes',
      ['GlobalAveragePool', 'Flatten'],
      [node('ReduceMean x > y', { axes: [-1, -2], keepdims: 0 })],
    ],
    [
      'ReduceMean with its axes as an input',
      ['GlobalAveragePool'],
      [integers('a', [-1, -2]), node('ReduceMean x,a > y')],
      18,
    ],
    [
      'Squeeze',
      ['GlobalAveragePool', 'Flatten'],
      [integers('a', [2, 3]), node('GlobalAveragePool x > p'), node('Squeeze p,a > y')],
    ],
    ['Mul by a layer scale', ['Mul'], [floats('s', [4, 1, 1], some(4)), node('Mul s,x > y')]],
    [
      'Slice',
      ['Slice'],
      [
        ...[integers('s', [0, 0]), integers('e', [99, SIZE]), integers('a', [2, -1]), integers('t', [3, 2])],
        node('Slice x,s,e,a,t > y'),
      ],
    ],
    [
      'Slice, an axis at a time',
      ['Slice'],
      [
        ...[integers('s', [0]), integers('e', [99]), integers('a', [2]), integers('b', [3]), integers('t', [2])],
        ...[node('Slice x,s,e,a,t > h'), node('Slice h,s,e,b,t > y')],
      ],
    ],
    ['Pad of channels', ['Pad'], [integers('p', [0, 1, 0, 0, 0, 2, 0, 0]), scalar('z', 0), node('Pad x,p,z > y')]],
    [
      'LayerNormalization',
      ['LayerNormalization'],
      [...NORM, LAST, node('LayerNormalization n,g,b > m', EPSILON), FIRST],
    ],
    ['a layer normalisation in simple operators', ['LayerNormalization'], SPELLED],
    [
      'a linear layer over channels, moved last',
      ['Conv', 'Relu'],
      [
        ...[
          floats('w', [4, 5], some(20)),
          floats('b', [5], some(5)),
          LAST,
          node('MatMul n,w > p'),
          node('Add b,p > q'),
        ],
        ...[node('Relu q > m'), FIRST],
      ],
    ],
    [
      'a linear layer whose matrix is turned',
      ['Conv'],
      [floats('w', [5, 4], some(20)), LAST, node('Transpose w > t', { perm: [1, 0] }), node('MatMul n,t > m'), FIRST],
    ],
    [
      'Gelu, as PyTorch spells it',
      ['Gelu'],
      [...GELU, node('Add e,one > f'), node('Mul x,f > g'), node('Mul g,half > y')],
    ],
    ['Gelu in another order', ['Gelu'], [...GELU, node('Add one,e > f'), node('Mul half,x > h'), node('Mul f,h > y')]],
    ['Gelu', ['Gelu'], [node('Gelu x > y')], 20],
    ['Add of itself', ['Add'], [node('Add x,x > y')]],
  ])('%s', (_, ops, parts, opset) =>
    agrees(flattened(parts, opset), ops.at(-1) === 'Flatten' ? ops : [...ops, 'Flatten']),
  );

  const rows = (parts: readonly Chunk[][]) =>
    file([value(11, 'x', ['n', 4, 'h', 'w']), ...parts, value(12, 'out', ['n', 'f'])]);
  const MATRIX = floats('w', [5, 4], some(20));
  it.each<[string, Chunk[][]]>([
    ['Gemm, transB', [MATRIX, node('Flatten p > f'), node('Gemm f,w,b > out', { transB: 1, alpha: { float: 1 } })]],
    ['Gemm without transB or bias', [floats('w', [4, 5], some(20)), node('Flatten p > f'), node('Gemm f,w > out')]],
    [
      'MatMul and Add',
      [floats('w', [4, 5], some(20)), node('Flatten p > f'), node('MatMul f,w > m'), node('Add m,b > out')],
    ],
    [
      'Reshape to 0, −1',
      [MATRIX, integers('s', [0, -1]), node('Reshape p,s > f'), node('Gemm f,w,b > out', { transB: 1 })],
    ],
    [
      'Reshape to a shape that is computed',
      [
        ...[MATRIX, integers('i', [0], 9, []), integers('u', [0]), integers('l', [-1]), node('Shape x > d')],
        ...[node('Gather d,i > k'), node('Unsqueeze k,u > k1'), node('Concat k1,l > s', { axis: 0 })],
        ...[node('Reshape p,s > f'), node('Gemm f,w,b > out', { transB: 1 })],
      ],
    ],
  ])('%s', (_, parts) =>
    agrees(
      rows([floats('b', [5], some(5)), node('GlobalAveragePool x > p'), ...parts]),
      ['GlobalAveragePool', 'Flatten', 'Gemm'],
      [2, 4, 5, 5],
    ),
  );
});
