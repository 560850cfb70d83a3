import { stat } from 'node:fs/promises';

/** What a path leads to, links followed; undefined where that is neither, or nothing. */
export async function pathKind(path: string): Promise<'folder' | 'file' | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? 'folder' : found?.isFile() ? 'file' : undefined;
}
