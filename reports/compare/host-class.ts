import { findBackend } from '../../suites/backends/backends.ts';
import type { Row } from '../table/table.ts';
import type { HostClass } from './rules.ts';

/** The class of the host that a row ran on. A backend that this version does not know counts as Node's. */
export function hostClassOf({ cell, placements: [place] }: Row): HostClass {
  if (place?.adapter?.software) return 'software';
  return findBackend(cell.backend)?.host === 'browser' ? 'browser' : 'node';
}
