import type { Analysis, Layer } from '../../reference/analysis.ts';
import { consecutive, stageNames } from '../html/kit/stages.ts';

/** A stage as part of a network: its layers, from the place of the first on. */
export type Part = { readonly name: string; readonly from: number; readonly layers: readonly Layer[] };

/** A network by stages, its stem and head included; one part without a name where no stage is known. */
export function partsOf({ layers, stages }: Analysis): Part[] {
  const names = stageNames(
    layers.map(({ name }) => name),
    new Map(stages.map(({ stage, name }) => [stage, name])),
  );
  let from = 0;
  return consecutive(layers, (_, i) => names[i] ?? '').map(({ key, items }) => {
    const part = { name: key, from, layers: items };
    from += items.length;
    return part;
  });
}
