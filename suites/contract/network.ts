import { type Work, workOf } from '../../reference/analysis.ts';
import type { Read } from '../../reference/formats/format.ts';
import type { FormatId } from '../../reference/formats/formats.ts';
import { type Graph, INPUT, inferShapes } from '../../reference/graph.ts';
import type { ModelSource } from '../../reference/models/load.ts';
import type { Pass } from '../../reference/passes/pass.ts';
import { type PrecisionForm, passesOf } from '../../reference/precisions/notation.ts';
import type { Tap } from './backend.ts';

/** What a visit needs to know about the network that it loads. Names are those in the loaded file. */
export type Network = {
  readonly input: string;
  readonly channels: number;
  readonly output: string;
  readonly classes: number;
  readonly taps: readonly Tap[];
  readonly work: Work;
};

/** Whether a backend loads the custom model's own file, not an export. */
export const loadsOwn = (source: ModelSource, format: FormatId | undefined): boolean => source.format === format;

/**
 * Whether batch normalisation is folded in the file that a backend loads. A custom model's own file is never changed.
 */
export const passesFor = (source: ModelSource, format: FormatId | undefined, network: PrecisionForm): Pass[] =>
  loadsOwn(source, format) ? [] : passesOf(network);

/** A graph as a visit sees it. `names` are the loaded file's names, where they differ from the graph's. */
export function describe(graph: Graph, names: Read['names'], batch: number, size: number): Network {
  const shapes = inferShapes(graph, batch, size);
  const nameOf = (node: string) => names.get(node) ?? node;
  return {
    input: nameOf(INPUT),
    channels: graph.channels,
    output: nameOf(graph.output),
    classes: shapes.get(graph.output)?.[1] ?? 1,
    taps: [...graph.stages].map(([stage, node]) => ({ stage, name: nameOf(node), shape: shapes.get(node) ?? [] })),
    work: workOf(graph, batch, size),
  };
}
