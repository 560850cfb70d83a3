import { formatOf } from '../../reference/formats/formats.ts';
import { INPUT, inferShapes } from '../../reference/graph.ts';
import type { BackendRow, Made, OpenOptions } from './backend.ts';
import type { Workload } from './visit.ts';

/** The options of the measured session, and of a second one that taps the stages and proves the placement. */
export function sessionOptions(workload: Workload, row: BackendRow): { measured: OpenOptions; inspected: OpenOptions } {
  const { source, batch, size, threads, model } = workload;
  const { input, output, channels, taps } = workload.network;
  const options = {
    location: model?.path,
    external: model?.external ?? [],
    source,
    batch,
    channels,
    size,
    input,
    output,
    threads,
    taps,
  };
  const exposed = row.format !== undefined && formatOf(row.format).returns === 'outputs';
  return {
    measured: { ...options, exposed: false, inspect: false },
    inspected: { ...options, exposed, inspect: true },
  };
}

/** Options for a network in memory. Its only tap is its output. */
export function madeOptions(
  { graph, weights }: Made,
  { source, threads }: Pick<Workload, 'source' | 'threads'>,
  { batch, size, inspect }: Pick<OpenOptions, 'batch' | 'size' | 'inspect'>,
): OpenOptions {
  const { channels, output } = graph;
  const shape = inferShapes(graph, batch, size).get(output) ?? [];
  return {
    location: { graph, weights },
    external: [],
    source,
    batch,
    channels,
    size,
    input: INPUT,
    output,
    threads,
    taps: [{ stage: output, name: output, shape }],
    exposed: false,
    inspect,
  };
}
