import { it } from 'vitest';
import { agrees } from './agrees.ts';
import { file, floats, integers, node, some, value } from './onnxfile.ts';

const scalar = (name: string, number: number) => floats(name, [], Float32Array.of(number));
const ones = (values: Float32Array) => values.map((one) => one + 1.5);

// What torch.onnx.export(…, dynamo=True) of PyTorch 2.6 and later makes of a ConvNeXt's block and a ResNet's ends, with
// its names: matrices turned in the graph, axes as inputs, shapes of a dynamic batch. Written by hand, after its
// documentation: it is not PyTorch's own output.
it('reads the idioms of PyTorch’s newer exporter as ONNX Runtime computes them', () => {
  const parts = [
    value(11, 'x', ['s77', 3, 12, 12]),
    ...[floats('conv1.weight', [6, 3, 3, 3], some(162)), floats('bn1.weight', [6], some(6))],
    ...[floats('bn1.bias', [6], some(6, 3)), floats('bn1.running_mean', [6], some(6, 5))],
    floats('bn1.running_var', [6], ones(some(6, 7))),
    node('Conv x,conv1.weight > conv2d', {
      group: 1,
      pads: [1, 1, 1, 1],
      auto_pad: 'NOTSET',
      strides: [2, 2],
      dilations: [1, 1],
    }),
    node('BatchNormalization conv2d,bn1.weight,bn1.bias,bn1.running_mean,bn1.running_var > getitem', {
      training_mode: 0,
      momentum: { float: 0.9 },
      epsilon: { float: 1e-5 },
    }),
    node('Relu getitem > relu'),
    node('MaxPool relu > max_pool2d', {
      ...{ storage_order: 0, dilations: [1, 1], ceil_mode: 0, pads: [1, 1, 1, 1], auto_pad: 'NOTSET' },
      ...{ strides: [2, 2], kernel_shape: [3, 3] },
    }),
    ...[floats('dw.weight', [6, 1, 3, 3], some(54)), floats('dw.bias', [6], some(6))],
    node('Conv max_pool2d,dw.weight,dw.bias > conv2d_1', { group: 6, pads: [1, 1, 1, 1] }),
    node('Transpose conv2d_1 > permute', { perm: [0, 2, 3, 1] }),
    ...[floats('norm.weight', [6], some(6)), floats('norm.bias', [6], some(6, 3))],
    node('LayerNormalization permute,norm.weight,norm.bias > layer_norm', {
      ...{ stash_type: 1, axis: -1, epsilon: { float: 1e-6 } },
    }),
    ...[floats('fc1.weight', [8, 6], some(48)), floats('fc1.bias', [8], some(8))],
    ...[node('Transpose fc1.weight > val_0', { perm: [1, 0] }), node('MatMul layer_norm,val_0 > val_1')],
    node('Add val_1,fc1.bias > linear'),
    ...[scalar('val_2', Math.SQRT2), scalar('val_5', 1), scalar('val_8', 0.5), node('Div linear,val_2 > val_3')],
    ...[node('Erf val_3 > val_4'), node('Add val_4,val_5 > val_6'), node('Mul linear,val_6 > val_7')],
    node('Mul val_8,val_7 > gelu'),
    ...[floats('fc2.weight', [6, 8], some(48)), floats('fc2.bias', [6], some(6))],
    ...[node('Transpose fc2.weight > val_9', { perm: [1, 0] }), node('MatMul gelu,val_9 > val_10')],
    ...[node('Add val_10,fc2.bias > linear_1'), node('Transpose linear_1 > permute_1', { perm: [0, 3, 1, 2] })],
    ...[floats('gamma', [6, 1, 1], some(6)), node('Mul gamma,permute_1 > mul'), node('Add mul,max_pool2d > add')],
    ...[integers('val_11', [-1, -2]), node('ReduceMean add,val_11 > mean', { noop_with_empty_axes: 0, keepdims: 1 })],
    ...[node('Shape x > sym_size_int', { start: 0, end: 1 }), integers('val_12', [-1])],
    node('Concat sym_size_int,val_12 > val_13', { axis: 0 }),
    node('Reshape mean,val_13 > view', { allowzero: 1 }),
    ...[floats('head.weight', [10, 6], some(60)), floats('head.bias', [10], some(10))],
    node('Gemm view,head.weight,head.bias > out', { beta: { float: 1 }, transB: 1, alpha: { float: 1 }, transA: 0 }),
    value(12, 'out', ['s77', 10]),
  ];
  const ops = ['Conv', 'BatchNormalization', 'Relu', 'MaxPool', 'Conv', 'LayerNormalization', 'Conv', 'Gelu', 'Conv'];
  return agrees(file(parts, 18), [...ops, 'Mul', 'Add', 'GlobalAveragePool', 'Flatten', 'Gemm'], [2, 3, 12, 12]);
});
