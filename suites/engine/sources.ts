import type { ModelSource } from '../../reference/models/load.ts';
import { obtain } from '../../reference/weights/checkpoint-files.node.ts';
import { findCheckpoint } from '../../reference/weights/checkpoints.ts';
import type { OwnModel } from '../plan/profiles.ts';

/** A file that was found, or the reason why not. */
export type Source<T> = T | { readonly reason: string; readonly fix: string };

/** Where a model comes from, and the SHA-256 of its files; undefined where it has none. */
export type Found = { readonly source: ModelSource; readonly sha256: string | undefined };

/** Whether something was found. */
export const here = <T extends object>(source: Source<T>): source is T => !('reason' in source);

/**
 * Converts an error to a missing file. Throws it where `strict` holds, and where the file is damaged: that always ends
 * the run.
 */
export function orMissing(error: unknown, strict: boolean): { reason: string; fix: string } {
  const { message, reason = message, fix } = error as Error & { reason?: string; fix?: string };
  if (strict || fix === undefined) throw error;
  return { reason, fix };
}

/**
 * Finds the files of the models: custom models' own files; otherwise checkpoints in the cache, the mirror or on the
 * network. Where `strict` holds for a model, a missing file throws, because the user named the model. A damaged file
 * always throws.
 */
export async function findSources(
  models: readonly string[],
  own: readonly OwnModel[],
  strict: (model: string) => boolean,
  log: (line: string) => void,
): Promise<Map<string, Source<Found>>> {
  const found = new Map<string, Source<Found>>();
  for (const model of models) {
    const row = findCheckpoint(model);
    const mine = own.find(({ id }) => id === model);
    if (mine !== undefined) found.set(model, mine);
    else if (row === undefined)
      found.set(model, { source: { format: 'architecture', model, files: [] }, sha256: undefined });
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
