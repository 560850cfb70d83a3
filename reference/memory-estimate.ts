import { type Graph, INPUT, inferShapes, type Node, nodeParameters } from './graph.ts';
import { operatorOf } from './ops/operators.ts';
import { paddedShape } from './ops/window.ts';
import { shapeText, shown } from './quote.ts';
import { nchw, sizeOf } from './tensor.ts';

/** Bytes of a float32 and of a float64. */
const [SINGLE, DOUBLE] = [4, 8];

/** Copies of the weights that one process may hold: as read, decoded, in another form, and in the written file. */
const WEIGHT_COPIES = 4;

/** Limit of WebAssembly's memory, in which matrix products are computed; a part of it is for panels. */
const KERNEL_BYTES = 2 ** 32 - 2 ** 26;

/** Throws where the reference cannot compute a node on any machine. */
function checkKernel(node: Node, output: readonly number[]): void {
  const bytes = DOUBLE * (operatorOf(node).atOnce?.(node, output) ?? 0);
  if (bytes > KERNEL_BYTES)
    throw new Error(
      `${shown(node.name)}: its output ${shapeText(output)} needs ${gigabytes(bytes)} at once, more than the reference's 4.2 GB`,
    );
}

/** Bytes as text, such as `12.3 GB`. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Temporary values while a node's variance is computed: of its padded input and its output. */
function scratch(node: Node, input: readonly number[], output: readonly number[]): number {
  const pads = 'pads' in node ? node.pads : undefined;
  const padded = pads === undefined ? 0 : sizeOf(paddedShape(pads, nchw(input)));
  const weights = nodeParameters(node).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return sizeOf(input) + padded + 2 * sizeOf(output) + 2 * weights;
}

/**
 * Maximum of bytes for preparing a network with `inputs` inputs of [batch, channels, size, size]: its weights, and the
 * truth of each input with its bounds. An estimate from the sizes of tensors, 0.95 to 1.6 times what was measured.
 * Throws where the size does not fit.
 */
export function preparationBytes(graph: Graph, batch: number, size: number, inputs: number): number {
  const shapes = inferShapes(graph, batch, size);
  const shapeOf = (name: string) => shapes.get(name) ?? [];
  const count = (name: string) => sizeOf(shapeOf(name));
  const lastUse = new Map(graph.nodes.flatMap((node, index) => node.inputs.map((name) => [name, index] as const)));
  // Every value has a variance.
  let alive = 2 * count(INPUT);
  let peak = alive;
  let weights = 0;
  for (const [index, node] of graph.nodes.entries()) {
    const [first = INPUT] = node.inputs;
    checkKernel(node, shapeOf(node.name));
    alive += 2 * count(node.name);
    peak = Math.max(peak, alive + scratch(node, shapeOf(first), shapeOf(node.name)));
    for (const name of new Set(node.inputs)) if (lastUse.get(name) === index) alive -= 2 * count(name);
    for (const { shape } of nodeParameters(node)) weights += sizeOf(shape);
  }
  const taps = [...graph.stages.values(), graph.output].reduce((sum, name) => sum + count(name), 0);
  // A tapped value has a bound, and both are copied into one file.
  const kept = inputs * (count(INPUT) + 2 * 2 * taps);
  return DOUBLE * (peak + kept) + SINGLE * WEIGHT_COPIES * weights;
}
