import type { Graph, Node, Op, OpOf, Pair } from '../graph.ts';
import { INPUT } from '../graph.ts';

/** Figures that a network's authors have published. */
export type Published = {
  /** Trained parameters: as published, or as counted here where only `rounded` or nothing is published. */
  readonly parameters: number;
  /** Trained parameters as rounded, such as '36.5M'. */
  readonly rounded?: string;
  /** Multiply-adds at the native size, in 10⁹, as rounded. */
  readonly gmacs?: string;
};

/** Collects nodes in order and assigns torch.fx's names: `relu`, `relu_1`, … within one module. */
export type Builder = {
  add(name: string, op: Op, ...inputs: string[]): string;
  stage(name: string, node: string): void;
  finish(name: string, channels: number): Graph;
};

export function builder(): Builder {
  const nodes: Node[] = [];
  const stages = new Map<string, string>();
  const used = new Map<string, number>();
  return {
    add(base, op, ...inputs) {
      const count = used.get(base) ?? 0;
      used.set(base, count + 1);
      const name = count === 0 ? base : `${base}_${count}`;
      nodes.push({ name, inputs, ...op });
      return name;
    },
    stage: (name, node) => void stages.set(name, node),
    finish(name, channels) {
      const last = nodes.at(-1);
      if (last === undefined) throw new Error(`${name} has no nodes`);
      return { name, channels, nodes, output: last.name, stages };
    },
  };
}

/** A square convolution without bias, padded to keep the size at stride 1, as all ResNets have. */
export function conv(input: number, out: number, kernel: number, stride: number): OpOf<'Conv'> {
  const pad = (kernel - 1) / 2;
  const square: Pair = [kernel, kernel];
  return {
    op: 'Conv',
    in: input,
    out,
    kernel: square,
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    group: 1,
    bias: false,
  };
}

/** Batch normalisation with PyTorch's epsilon. */
export function batchNorm(channels: number): Op {
  return { op: 'BatchNormalization', channels, epsilon: 1e-5 };
}

export const RELU: Op = { op: 'Relu' };
export const ADD: Op = { op: 'Add' };

/** Convolution, batch normalisation and, if requested, ReLU under `prefix`. Returns the last node's name. */
export function convBatchNorm(
  b: Builder,
  { prefix, index, relu }: { readonly prefix: string; readonly index: number; readonly relu: boolean },
  op: OpOf<'Conv'>,
  input: string,
): string {
  const x = b.add(`${prefix}conv${index}`, op, input);
  const y = b.add(`${prefix}bn${index}`, batchNorm(op.out), x);
  return relu ? b.add(`${prefix}relu`, RELU, y) : y;
}

/** Channels that a classifier reads, and classes that it tells apart. */
type Head = { readonly features: number; readonly classes: number };

/** Global average pool, flatten and the classifier, named `head`. */
export function classifier(b: Builder, head: string, { features, classes }: Head, input: string): void {
  const pooled = b.add('avgpool', { op: 'GlobalAveragePool' }, input);
  const flat = b.add('flatten', { op: 'Flatten' }, pooled);
  b.add(head, { op: 'Gemm', in: features, out: classes }, flat);
}

/** Global average pool, a classifier as a 1×1 convolution, `head.fc`, and flatten. */
export function pooledConvolution(b: Builder, head: string, { features, classes }: Head, input: string): void {
  const pooled = b.add(`${head}.global_pool`, { op: 'GlobalAveragePool' }, input);
  const scores = b.add(`${head}.fc`, { ...conv(features, classes, 1, 1), bias: true }, pooled);
  b.add(`${head}.flatten`, { op: 'Flatten' }, scores);
}

export { INPUT };
