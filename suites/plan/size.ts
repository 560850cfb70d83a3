import { splitModel } from '../../reference/models/load.ts';
import { FAMILIES, findModel } from '../../reference/models/models.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import type { ProfileModel, Sizes } from './profiles.ts';

/** Whether a model is a network read from a file, not one of the table or a checkpoint for one. */
export const isFile = ({ own }: ProfileModel): boolean => own !== undefined && own.source.format !== 'architecture';

/** The input size of a model: the family's own where none is set, or where the family has only one. `speed`: of the device. */
export function sizeOf(one: ProfileModel, speed: keyof Sizes): number {
  const { model, own } = one;
  const size = one.sizes[speed];
  if (own?.size !== undefined) return own.size;
  const { arch } = splitModel(own?.source.model ?? model);
  // A model file may be named like an architecture without being one.
  const family = (isFile(one) ? undefined : findModel(arch)?.family) ?? 'resnet';
  return size === 0 || FAMILIES[family].oneSize ? FAMILIES[family].size : size;
}

/** The size at which a trained model is scored: the size of the images that it was trained on. */
export function scoredSize(one: ProfileModel): number {
  const crop = findCheckpoint(one.model)?.preprocessing.resize?.crop;
  return one.own === undefined && crop !== undefined ? crop : sizeOf(one, 'quick');
}
