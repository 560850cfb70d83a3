import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestContext } from 'vitest';

/** The path of a file in RESNET_MIRROR; skips the test, and says why, where there is no such folder. */
export function mirrorPath(skip: TestContext['skip'], path: string): string {
  const folder = process.env.RESNET_MIRROR;
  if (!folder) return skip(`needs ${path} in the folder that RESNET_MIRROR names`);
  return resolve(folder, path);
}

/** A file of RESNET_MIRROR; skips the test where there is no such folder. */
export function mirrorFile(skip: TestContext['skip'], path: string): Uint8Array {
  return readFileSync(mirrorPath(skip, path));
}
