import { totalmem } from 'node:os';
import type { Graph } from '../reference/graph.ts';
import { oneLine } from '../reference/line.ts';
import { gigabytes, preparationBytes } from '../reference/memory.ts';
import { INPUTS } from '../suites/visit.ts';

/** Bytes that processes here may take: the machine's, or as many as their control group has. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained !== undefined && constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
}

/** Throws one line where preparing a network for a batch and size takes more memory than `limit`; `name` is the model's. */
export function checkMemory(name: string, graph: Graph, batch: number, size: number, limit: number): void {
  const what = `${name} at b${batch} and ${size} pixels`;
  let bytes: number;
  try {
    bytes = preparationBytes(graph, batch, size, INPUTS);
  } catch (error) {
    throw new Error(oneLine(`${what}: ${(error as Error).message}`));
  }
  if (bytes > limit)
    throw new Error(
      `${what} needs ${gigabytes(bytes)} for its weights and truths, more than the ${gigabytes(limit)} here: ask for a smaller batch or size`,
    );
}
