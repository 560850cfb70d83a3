import { parameter, type Shape, sizeOf, type Tensor, type Weights, zeros } from '../tensor.ts';
import { type Dot, dotWorstCase, type Operands } from './dot.ts';
import { product } from './matmul.ts';
import type { Named, Operator } from './operator.ts';
import { reordered, rows } from './pack.ts';
import { bias, weight } from './parameters.ts';
import { orderOf, type Way } from './way.ts';

/** A linear layer: ONNX's Gemm with transB, weight [out, in]. */
type Gemm = { op: 'Gemm'; in: number; out: number };

/** x·weightᵀ + bias: x [N, in], weight [out, in], bias [out] or undefined. */
function multiply({ x, weight, bias }: Operands, shape: Shape): Tensor {
  const out = zeros(shape);
  const features = x.shape[1] ?? 0;
  const width = shape[1] ?? 0;
  for (let i = 0; i < out.data.length; i++) {
    const row = Math.floor(i / width) * features;
    const column = (i % width) * features;
    let sum = 0;
    for (let k = 0; k < features; k++) sum += (x.data[row + k] as number) * (weight[column + k] as number);
    out.data[i] = sum + (bias?.[i % width] ?? 0);
  }
  return out;
}

function dotOf(node: Named<Gemm>, weights: Weights, shape: Shape): Dot {
  const matrix = parameter(weights, `${node.name}.weight`);
  return {
    weight: matrix,
    bias: parameter(weights, `${node.name}.bias`),
    terms: matrix.length / node.out,
    sums: (operands) => multiply(operands, shape),
  };
}

/** The same in float32, summed in one of the ways that runtimes have. */
function multiply32({ x, weight: given, bias }: Operands, shape: Shape, way: Way): Tensor {
  const [images = 1, width = 0] = shape;
  const k = x.shape[1] ?? 0;
  const order = orderOf(way.order, k, 1);
  const weight = order === undefined ? given : reordered(given, k, order);
  const data = order === undefined ? x.data : reordered(x.data, k, order);
  const shift = way.biasFirst ? bias : undefined;
  const { memory, pitch } = product({ a: rows(weight, 0, width, k), b: rows(data, 0, images, k), k, shift }, way);
  const out = zeros(shape);
  for (let image = 0; image < images; image++)
    for (let i = 0; i < width; i++) {
      const sum = memory[i * pitch + image] as number;
      out.data[image * width + i] = way.biasFirst ? sum : Math.fround(sum + (bias?.[i] ?? 0));
    }
  return out;
}

export const gemm: Operator<Gemm> = {
  shape(node, [first]) {
    if (first[1] !== node.in) throw new Error(`${node.name}: expects ${node.in} features, gets ${first[1]}`);
    return [first[0] ?? 1, node.out];
  },
  parameters: (node) => [weight([node.out, node.in], Math.sqrt(3 / node.in), false), bias(node.out)],
  forward(node, [x], weights, shape) {
    const { weight, bias, sums } = dotOf(node, weights, shape);
    return sums({ x, weight, bias });
  },
  emulate({ node, inputs: [x], weights, shape }, way) {
    const { weight, bias } = dotOf(node, weights, shape);
    return multiply32({ x, weight, bias }, shape, way);
  },
  worstCase: (at, [error], a) => dotWorstCase(dotOf(at.node, at.weights, at.output.shape), at, error, a),
  macs: (node, output) => sizeOf(output) * node.in,
  field: (_, input) => input,
  narrowed: () => undefined,
  atOnce: (_, output) => sizeOf(output),
  drawn: (node) => ({ fanIn: node.in }),
};
