import { totalmem } from 'node:os';
import type { Graph } from '../../reference/graph.ts';
import { gigabytes, preparationBytes } from '../../reference/memory-estimate.ts';
import { oneLine } from '../../reference/text.ts';
import { INPUTS } from '../contract/visit.ts';

/** Bytes that processes may use: the machine's memory, or the limit of their control group. */
export function machineMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained !== undefined && constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
}

/** Copies of a model's files that reading takes: the raw bytes, and the decoded ones. */
const COPIES = 2;

/** Throws one line where reading files of so many bytes takes more memory than `limit`; `name` is the model's. */
export function checkFiles(name: string, bytes: number, limit: number): void {
  if (COPIES * bytes > limit)
    throw new Error(
      `${name} and the files that it refers to need ${gigabytes(COPIES * bytes)} to be read, more than the ${gigabytes(limit)} here`,
    );
}

/** Why something does not fit into memory, and what to do. */
export type TooLarge = { readonly reason: string; readonly fix: string };

/**
 * Why preparing a network for a batch and size takes more memory than `limit`; undefined where it does not. `name` is the
 * model's. Throws one line where no machine could, or where the size does not fit.
 */
export function tooLarge(
  name: string,
  graph: Graph,
  { batch, size }: { readonly batch: number; readonly size: number },
  limit: number,
): TooLarge | undefined {
  const what = `${name} at b${batch} and ${size} pixels`;
  let bytes: number;
  try {
    bytes = preparationBytes(graph, batch, size, INPUTS);
  } catch (error) {
    throw new Error(oneLine(`${what}: ${(error as Error).message}`));
  }
  if (bytes <= limit) return undefined;
  const reason = `${what} needs ${gigabytes(bytes)} for its weights and truths, more than the ${gigabytes(limit)} here`;
  return { reason, fix: 'choose a smaller batch or size' };
}
