import { type Graph, INPUT, inferShapes, type Node } from './graph.ts';
import { conv } from './ops/conv.ts';
import { add, affine, batchNormAffine, relu } from './ops/elementwise.ts';
import { gelu } from './ops/gelu.ts';
import { gemm } from './ops/gemm.ts';
import { layerNorm } from './ops/layernorm.ts';
import { globalAveragePool, maxPool } from './ops/pool.ts';
import { flatten, padChannels, slice } from './ops/shape.ts';
import { nchw, parameter, type Tensor, type Weights } from './tensor.ts';

/** Parameters of a batch normalisation as scale and shift per channel. */
export function normalisation(
  node: { name: string; epsilon: number },
  weights: Weights,
): { scale: Float64Array; shift: Float64Array } {
  const get = (suffix: string) => parameter(weights, `${node.name}.${suffix}`);
  const p = {
    weight: get('weight'),
    bias: get('bias'),
    running_mean: get('running_mean'),
    running_var: get('running_var'),
  };
  return batchNormAffine(p, node.epsilon);
}

/** The constants of a per-channel product. */
export function layerScale(node: { name: string }, weights: Weights): Float32Array {
  return parameter(weights, `${node.name}.layer_scale`);
}

/** One node in float64: its inputs in order, and its output's shape. */
export function evaluateNode(
  node: Node,
  inputs: readonly Tensor[],
  weights: Weights,
  shape: readonly number[],
): Tensor {
  const [x, y] = inputs;
  if (x === undefined) throw new Error(`${node.name}: no input`);
  switch (node.op) {
    case 'Conv':
      return conv(
        x,
        parameter(weights, `${node.name}.weight`),
        node.bias ? parameter(weights, `${node.name}.bias`) : undefined,
        node,
        shape,
      );
    case 'BatchNormalization': {
      const { scale, shift } = normalisation(node, weights);
      return affine(x, scale, shift);
    }
    case 'LayerNormalization':
      return layerNorm(
        x,
        parameter(weights, `${node.name}.weight`),
        parameter(weights, `${node.name}.bias`),
        node.epsilon,
      );
    case 'Mul':
      return affine(x, Float64Array.from(layerScale(node, weights)), new Float64Array(node.channels));
    case 'Gelu':
      return gelu(x);
    case 'Relu':
      return relu(x);
    case 'Add':
      if (y === undefined) throw new Error(`${node.name}: Add needs two inputs`);
      return add(x, y);
    case 'MaxPool':
      return maxPool(x, node, shape);
    case 'GlobalAveragePool':
      return globalAveragePool(x, shape);
    case 'Flatten':
      return flatten(x, shape);
    case 'Gemm':
      return gemm(x, parameter(weights, `${node.name}.weight`), parameter(weights, `${node.name}.bias`), shape);
    case 'Slice':
      return slice(x, node, shape);
    case 'Pad':
      return padChannels(x, node, shape);
  }
}

/**
 * Calls `visit` for every node in order with its inputs and output, and forgets each tensor after its last use, so
 * that the deepest network needs little more memory than its widest layer.
 */
export function walk(
  graph: Graph,
  weights: Weights,
  input: Tensor,
  visit: (node: Node, inputs: readonly Tensor[], output: Tensor) => void,
): void {
  const [batch, , size] = nchw(input.shape);
  const shapes = inferShapes(graph, batch, size);
  const lastUse = new Map(graph.nodes.flatMap((node, index) => node.inputs.map((name) => [name, index] as const)));
  const alive = new Map<string, Tensor>([[INPUT, input]]);
  for (const [index, node] of graph.nodes.entries()) {
    const inputs = node.inputs.map((name) => {
      const value = alive.get(name);
      if (value === undefined) throw new Error(`${node.name}: input '${name}' is computed by no earlier node`);
      return value;
    });
    const output = evaluateNode(node, inputs, weights, shapes.get(node.name) ?? []);
    visit(node, inputs, output);
    alive.set(node.name, output);
    for (const name of node.inputs) if (lastUse.get(name) === index) alive.delete(name);
  }
}

/**
 * Evaluates the graph in float64 and returns every node's output by name.
 * @param input [N, C, size, size]. Throws where a shape does not fit or a parameter is missing.
 */
export function evaluate(graph: Graph, weights: Weights, input: Tensor): Map<string, Tensor> {
  const outputs = new Map<string, Tensor>();
  walk(graph, weights, input, (node, _, output) => outputs.set(node.name, output));
  return outputs;
}
