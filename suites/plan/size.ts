import { splitModel } from '../../reference/models/load.ts';
import { FAMILIES, findModel } from '../../reference/models/models.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import type { Profile, ProfileModel, Sizes } from './profiles.ts';

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

/**
 * The size of the images that a trained model is scored on: that of its training; for a custom model, that to which
 * `--preprocess` crops. Throws where a custom model's file fixes another.
 */
export function scoredSize(one: ProfileModel, { data }: Pick<Profile, 'data'>): number {
  const { own, model } = one;
  if (own === undefined) return findCheckpoint(model)?.preprocessing.resize?.crop ?? sizeOf(one, 'quick');
  const crop = data?.preprocessing?.resize?.crop;
  if (crop !== undefined && crop !== (own.size ?? crop))
    throw new Error(
      `'${own.id}' takes ${own.size}×${own.size} pixels, and images are cropped to ${crop}×${crop}: write a --preprocess file with "crop": ${own.size}`,
    );
  return own.size ?? crop ?? sizeOf(one, 'quick');
}
