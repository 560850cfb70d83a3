import { maximum } from './collect.ts';
import { type Graph, INPUT, inferShapes, type Node, nodeParameters } from './graph.ts';
import { operatorOf } from './ops/operators.ts';
import type { Field } from './ops/window.ts';
import { sizeOf } from './tensor.ts';

export type Layer = {
  readonly name: string;
  readonly op: Node['op'];
  /** Kernel, stride and groups of a window, such as `3×3/2 g32`; empty without one. */
  readonly window: string;
  /** Output shape. */
  readonly shape: readonly number[];
  /** Trained parameters. */
  readonly parameters: number;
  /** Multiply-adds of convolutions and linear layers, without biases. */
  readonly macs: number;
  /** Bytes of the output in float32. */
  readonly bytes: number;
  /** Bytes in tensors that are alive while it runs, its inputs and output included, if each is freed after its last reader. */
  readonly alive: number;
  readonly field: Field;
};

export type Analysis = {
  readonly model: string;
  readonly input: readonly number[];
  readonly layers: readonly Layer[];
  readonly stages: readonly (Layer & { readonly stage: string })[];
  readonly parameters: number;
  /** Number of stored values that are not parameters: statistics of normalisations. */
  readonly buffers: number;
  readonly macs: number;
  /** Bytes of all layers' outputs in float32. */
  readonly bytes: number;
  /** Largest number of bytes in tensors that are alive at once. */
  readonly peak: number;
};

const FLOAT_BYTES = 4;

/** Arithmetic of a network, and the minimum of bytes that it moves. */
export type Work = {
  /** Multiply-adds of convolutions and linear layers. */
  readonly macs: number;
  /**
   * Bytes in float32 if each of those layers reads its input and weights once and writes its output once, and
   * everything else is fused.
   */
  readonly bytes: number;
};

/** The work of a graph on an input of [batch, channels, size, size]. Throws where the size does not fit. */
export function workOf(graph: Graph, batch: number, size: number): Work {
  const shapes = inferShapes(graph, batch, size);
  let [macs, values] = [0, 0];
  for (const node of graph.nodes) {
    const shape = shapes.get(node.name) ?? [];
    const count = operatorOf(node).macs(node, shape);
    if (count === 0) continue;
    macs += count;
    const moved = [
      shape,
      ...node.inputs.map((name) => shapes.get(name) ?? []),
      ...nodeParameters(node).map((one) => one.shape),
    ];
    values += moved.reduce((sum, one) => sum + sizeOf(one), 0);
  }
  return { macs, bytes: FLOAT_BYTES * values };
}

/** Receptive field of a node's output; the largest of several inputs counts. Throws where their strides differ. */
function receptive(node: Node, fields: readonly Field[]): Field {
  const [first] = fields;
  if (first === undefined) throw new Error(`${node.name}: ${node.op} has no input`);
  const whole = fields.reduce((most, { size, stride }) => {
    if (`${stride}` !== `${most.stride}`)
      throw new Error(`${node.name}: inputs of strides ${most.stride} and ${stride}`);
    return { size: [Math.max(most.size[0], size[0]), Math.max(most.size[1], size[1])], stride };
  }, first);
  return operatorOf(node).field(node, whole);
}

/** Bytes that are alive while each node runs. */
function aliveBytes(graph: Graph, bytesOf: (name: string) => number): number[] {
  const lastUse = new Map(graph.nodes.flatMap((node, index) => node.inputs.map((name) => [name, index] as const)));
  let alive = bytesOf(INPUT);
  return graph.nodes.map((node, index) => {
    alive += bytesOf(node.name);
    const now = alive;
    for (const name of new Set(node.inputs)) if (lastUse.get(name) === index) alive -= bytesOf(name);
    return now;
  });
}

/**
 * The cost of a graph for an input of [batch, channels, size, size]: parameters, multiply-adds, activations, and the
 * receptive field of each layer, after Araujo et al. 2019, "Computing Receptive Fields of Convolutional Neural
 * Networks" (Distill). Throws where the size does not fit.
 */
export function analyse(graph: Graph, batch: number, size: number): Analysis {
  const shapes = inferShapes(graph, batch, size);
  const bytesOf = (name: string) => FLOAT_BYTES * sizeOf(shapes.get(name) ?? []);
  const fields = new Map<string, Field>([[INPUT, { size: [1, 1], stride: [1, 1] }]]);
  let buffers = 0;
  const alive = aliveBytes(graph, bytesOf);
  const layers = graph.nodes.map((node, index): Layer => {
    const shape = shapes.get(node.name) ?? [];
    const field = receptive(
      node,
      node.inputs.flatMap((name) => fields.get(name) ?? []),
    );
    fields.set(node.name, field);
    let parameters = 0;
    for (const spec of nodeParameters(node)) {
      if (spec.trained) parameters += sizeOf(spec.shape);
      else buffers += sizeOf(spec.shape);
    }
    const { name, op } = node;
    const window = operatorOf(node).window?.(node) ?? '';
    return {
      name,
      op,
      window,
      shape,
      parameters,
      macs: operatorOf(node).macs(node, shape),
      bytes: bytesOf(name),
      alive: alive[index] ?? 0,
      field,
    };
  });
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const stages = [...graph.stages].flatMap(([stage, node]) => {
    const layer = byName.get(node);
    return layer === undefined ? [] : [{ stage, ...layer }];
  });
  const total = (pick: (layer: Layer) => number) => layers.reduce((sum, layer) => sum + pick(layer), 0);
  return {
    model: graph.name,
    input: shapes.get(INPUT) ?? [],
    layers,
    stages,
    parameters: total((layer) => layer.parameters),
    buffers,
    macs: total((layer) => layer.macs),
    bytes: total((layer) => layer.bytes),
    peak: maximum([bytesOf(INPUT), ...alive]),
  };
}
