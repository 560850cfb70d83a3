import { readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDead, OWNER, ownerText, parseOwner, thisOwner } from './owner.node.ts';

/** An error for a write that failed, as one line: where, why, and what to do (`free some space, …`). */
export function cannotWrite(path: string, error: unknown, then: string): Error {
  const { code = (error as Error).message } = error as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new Error(`cannot write ${path} (${code}): ${full ? 'free some space' : 'mend that'}, ${then}`, {
    cause: error,
  });
}

/** A file's name while this process writes it. */
export const partOf = (path: string): string => `${path}.${ownerText(thisOwner())}.part`;

const PART = new RegExp(`\\.(${OWNER.source})\\.part$`);

/** The process that writes a file of this name; undefined where it is not a part. */
export function partOwner(name: string) {
  const text = name.match(PART)?.[1];
  return text === undefined ? undefined : parseOwner(text);
}

/** Removes the parts in a folder whose processes are proven dead. */
export function sweepParts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = partOwner(name);
    if (owner !== undefined && isDead(owner, thisOwner())) rmSync(join(folder, name), { force: true });
  }
}

/**
 * Writes beside the path and renames, so that a file is complete or absent. Throws one line that ends in `then` where
 * it cannot, and leaves no partial file.
 */
export async function writeWhole(path: string, bytes: Uint8Array | string, then: string): Promise<void> {
  const part = partOf(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw cannotWrite(path, error, then);
  }
}
