import type { LabelledImages } from '../contract/visit.ts';
import { needsImages } from '../suites.ts';
import type { Group } from './runner.ts';

/**
 * Keys of the groups whose visits also classify images as the browser draws them. What that changes hardly depends on the
 * backend, so that one page of each network does it: one on WebAssembly where there is one, since it runs on any machine.
 */
export function drawingGroups(groups: readonly Pick<Group, 'key' | 'row' | 'cells'>[]): ReadonlySet<string> {
  const chosen = new Map<string, Pick<Group, 'key' | 'row'>>();
  for (const { key, row, cells } of groups) {
    const [cell] = cells;
    if (cell === undefined || row.host !== 'browser' || !cells.some(({ suite }) => needsImages(suite))) continue;
    const known = chosen.get(cell.model);
    if (known === undefined || (known.row.device !== 'wasm' && row.device === 'wasm'))
      chosen.set(cell.model, { key, row });
  }
  return new Set([...chosen.values()].map(({ key }) => key));
}

/** Images as a host reads them; with the encoded files where the visit is to draw them. */
export function locatedImages(
  { path, files, ...images }: LabelledImages,
  locate: (path: string) => string,
  draws: boolean,
): LabelledImages {
  const located = draws && files !== undefined ? { files } : {};
  const resized = images.resized?.map((one) => ({ ...one, path: locate(one.path) }));
  return { ...images, path: locate(path), resized, ...located };
}
