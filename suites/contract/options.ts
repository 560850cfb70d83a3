import { outputFields } from '../../reference/formats/onnx/write.ts';
import { INPUT } from '../../reference/graph.ts';
import type { BackendRow, Made, OpenOptions } from './backend.ts';
import type { Workload } from './visit.ts';

/** The measured session's options, and those of a second one that taps the stages and proves the placement. */
export function plan(workload: Workload, row: BackendRow): { measured: OpenOptions; inspected: OpenOptions } {
  const { source, batch, size, threads, model } = workload;
  const { input, output, channels, taps } = workload.network;
  const options = {
    ...{
      location: model?.path,
      external: model?.external ?? [],
      source,
      batch,
      channels,
      size,
      input,
      output,
      threads,
    },
    taps: new Map(taps.map(({ stage, name }) => [stage, name])),
  };
  const outputs = row.format === 'onnx' ? outputFields(taps) : undefined;
  return {
    measured: { ...options, outputs: undefined, inspect: false },
    inspected: { ...options, outputs, inspect: true },
  };
}

/** Options for a network that was made where it runs, whose output is its one tap. */
export function madeOptions(
  { graph, weights }: Made,
  { source, threads }: Workload,
  batch: number,
  size: number,
  inspect: boolean,
): OpenOptions {
  const { channels, output } = graph;
  return {
    ...{ location: { graph, weights }, external: [], source, batch, channels, size, input: INPUT, output, threads },
    ...{ taps: new Map([[output, output]]), outputs: undefined, inspect },
  };
}
