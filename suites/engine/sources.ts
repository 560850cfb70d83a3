import { obtainCifar } from '../../reference/datasets/cifar.node.ts';
import predictions from '../../reference/golden/akamaster-predictions.json' with { type: 'json' };
import { type ModelSource, seedOf, splitModel } from '../../reference/models/load.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import { obtain } from '../../reference/weights/files.node.ts';
import type { OwnModel } from '../plan/profiles.ts';

/** A file that was found, or why it was not. */
export type Source<T> = T | { readonly reason: string; readonly fix: string };

/** Where a model comes from, and the hash of its files, '' where it needs none. */
export type Found = { readonly source: ModelSource; readonly sha256: string };

export type Images = { readonly path: string; readonly name: string };

/** Whether a file may be missing without ending the run: a damaged one always ends it. */
function orMissing(error: unknown, strict: boolean): { reason: string; fix: string } {
  const { message, reason = message, fix } = error as Error & { reason?: string; fix?: string };
  if (strict || fix === undefined) throw error;
  return { reason, fix };
}

/**
 * Where the models come from: of a person's own, their files; of others, checkpoints in the cache, the mirror or the
 * network. Where `strict` holds for a model, a missing file throws, because the user named it; a damaged one always
 * throws.
 */
export async function findSources(
  models: readonly string[],
  own: readonly OwnModel[],
  strict: (model: string) => boolean,
  log: (line: string) => void,
): Promise<Map<string, Source<Found>>> {
  const found = new Map<string, Source<Found>>();
  for (const model of models) {
    const { arch, tag } = splitModel(model);
    const row = seedOf(tag) === undefined ? findCheckpoint(arch, tag) : undefined;
    const mine = own.find(({ id }) => id === model);
    if (mine !== undefined) found.set(model, mine);
    else if (row === undefined) found.set(model, { source: { format: 'architecture', model, files: [] }, sha256: '' });
    else
      found.set(
        model,
        await obtain(row.file, { log }).then(
          ({ path, sha256 }): Source<Found> => ({
            source: { format: 'architecture', model, files: [{ name: row.file.name, path, sha256 }] },
            sha256,
          }),
          (error) => orMissing(error, strict(model)),
        ),
      );
  }
  return found;
}

/** CIFAR-10's test images, under the same rule. */
export async function findImages(strict: boolean, log: (line: string) => void): Promise<Source<Images>> {
  return obtainCifar({ log }).then(
    ({ path, images }): Source<Images> => ({
      path,
      name: images === 10_000 ? 'CIFAR-10 test set' : `CIFAR-10 test set, first ${images} images`,
    }),
    (error) => orMissing(error, strict),
  );
}

/** PyTorch's predicted class of each of the first 1,000 test images, one digit each; '' where it is not known. */
export function predictionsOf(model: string): string {
  const { arch, tag } = splitModel(model);
  const known: { readonly [arch: string]: string | undefined } = predictions.predictions;
  return tag === 'akamaster' ? (known[arch] ?? '') : '';
}
