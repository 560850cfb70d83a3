import type { DataSetRow } from './dataset.ts';
import type { Preprocessing } from './preprocessing.ts';

/** A network that is to be scored: its id, its number of classes, and the set that it was trained on, if that is known. */
export type ScoredNetwork = { readonly model: string; readonly classes: number; readonly trained: string | undefined };

/** Why a network cannot be scored on a set, and what to do; undefined where it can. */
export function misfit(
  { id, title, classes, classesOf }: DataSetRow,
  network: ScoredNetwork,
): { readonly reason: string; readonly fix: string } | undefined {
  const { model, trained } = network;
  const labelled = classesOf ?? id;
  if (trained !== undefined && trained !== labelled)
    return {
      reason: `${model} was trained for the classes of ${trained}, and the ${title} has those of ${labelled}`,
      fix: `score it on images of ${trained}`,
    };
  if (classes === network.classes) return undefined;
  return {
    reason: `${model} has ${network.classes} classes, the ${title} ${classes}`,
    fix: 'score a network that was trained for these classes',
  };
}

/** How a network's input is made from a set's images: as it was trained, resized where the set needs that. */
export const preprocessingOf = (
  row: Pick<DataSetRow, 'resize'> | undefined,
  { resize, ...values }: Preprocessing,
): Preprocessing => ({ ...values, resize: resize ?? row?.resize });
