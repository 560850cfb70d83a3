import { type FormatId, formatOf } from '../../reference/formats/formats.ts';
import { type Graph, inferShapes } from '../../reference/graph.ts';
import type { Weights } from '../../reference/tensor.ts';
import { describe } from '../contract/network.ts';
import type { Loadable } from './prober.ts';

/** Images per call and pixels of a side. */
export type BatchAndSize = { readonly batch: number; readonly size: number };

/** A graph as a file of a format. `outputs` are names of its nodes, which a tapped run returns. */
export async function exportOf(
  format: FormatId,
  { graph, weights }: { readonly graph: Graph; readonly weights: Weights },
  { batch, size }: BatchAndSize,
  outputs: readonly string[],
): Promise<Loadable> {
  const { write } = await formatOf(format).write();
  const shapes = inferShapes(graph, batch, size);
  const taps = outputs.map((name) => ({ stage: name, name, shape: shapes.get(name) ?? [] }));
  const others = taps.filter(({ name }) => name !== graph.output);
  const { main, beside } = write(graph, weights, { batch, size, taps: others });
  return { main, beside, linked: [], network: { ...describe(graph, new Map(), batch, size), taps } };
}
