import { isWorse } from '../../reference/judge/verdict.ts';
import { type CheckRow, checkRow } from '../record/check-row.ts';
import type { LayersResult } from './schema.ts';

/**
 * A layer's check against its worst-case bound, and against what right implementations do (`fit`), with its operators and
 * the shape of its input.
 */
export type LayerRow = {
  readonly ops: readonly string[];
  readonly input: readonly number[];
  readonly check: CheckRow;
  readonly fit: CheckRow | undefined;
};

export type Layers = {
  readonly suite: 'layers';
  /** Sorted by error ÷ bound, the largest first. */
  readonly layers: readonly LayerRow[];
  readonly total: number;
  /** The same, in the order of the graph. */
  readonly inOrder: readonly LayerRow[];
};

/** The round that tried the most layers. */
export function layers(results: readonly LayersResult[]): Layers | undefined {
  const [most] = [...results].sort((a, b) => b.layers.length - a.layers.length);
  if (most === undefined) return undefined;
  const rows = most.layers.flatMap(({ ops, input, check, fit }) =>
    checkRow([check]).map((row): LayerRow => ({ ops, input, check: row, fit: checkRow(fit ? [fit] : [])[0] })),
  );
  return {
    suite: 'layers',
    layers: [...rows].sort((a, b) => (isWorse(b.check, a.check) ? 1 : -1)),
    total: most.total,
    inOrder: rows,
  };
}
