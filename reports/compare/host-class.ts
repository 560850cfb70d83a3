import { hostOf } from '../table/backend.ts';
import type { Row } from '../table/table.ts';
import type { HostClass } from './rules.ts';

/** The class of the host that a row ran on. */
export function hostClassOf({ cell, placements: [place] }: Row): HostClass {
  if (place?.adapter?.software) return 'software';
  return hostOf(cell);
}
