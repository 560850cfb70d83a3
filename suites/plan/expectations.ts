import { findBackend } from '../backends/backends.ts';
import { DEFECTS, type Defect, wasSeenIn } from '../backends/defects.ts';
import type { Status } from '../record/record.ts';
import { findSuite } from '../suites.ts';
import { type Cell, cellFields, globMatches, isOwn } from './cell.ts';

/** Versions of the runtimes' packages, by name: a run's `environment.packages`. */
type Packages = { readonly [name: string]: string };

/** Whether a query without a backend, `suite:model:precision:batch:size`, matches a cell. */
function matches(query: string, cell: Cell): boolean {
  const fields = cellFields(cell);
  return query.split(':').every((pattern, i) => globMatches(pattern, fields[i] ?? ''));
}

/**
 * The known defect that makes a cell wrong, in any version of its runtime; undefined where there is none. Custom models
 * have none: their file may be named like any other model.
 */
export function defectOf(cell: Cell): Defect | undefined {
  // A suite that compares no outputs cannot find a wrong one.
  if (isOwn(cell.model) || findSuite(cell.suite)?.judged === false) return undefined;
  return DEFECTS.find(
    ({ backends, queries }) => backends.includes(cell.backend) && queries.some((query) => matches(query, cell)),
  );
}

/** The same, where it was seen in these versions: only then it is expected. */
export function expectedDefect(cell: Cell, packages: Packages): Defect | undefined {
  const defect = defectOf(cell);
  const names = findBackend(cell.backend)?.packages ?? [];
  return defect !== undefined && wasSeenIn(defect, names, packages) ? defect : undefined;
}

/** No failures: what does not run, and what ran in part and is right as far as that goes. */
export const NO_NEWS: readonly Status[] = ['unsupported', 'partial'];

/**
 * Whether the rounds of a cell are unexpected: a failure that is not known, or a known one that happened in no round
 * although all that could show it ran in each.
 */
export function isNews(cell: Cell, statuses: readonly Status[], packages: Packages): boolean {
  const expected = expectedDefect(cell, packages) !== undefined;
  // A visit may have no time to prove a known failure.
  const known = expected ? (['wrong', 'suspect'] as const) : [];
  const fine: readonly Status[] = [...NO_NEWS, 'ok', ...known];
  return (
    !statuses.every((status) => fine.includes(status)) || (expected && statuses.every((status) => status === 'ok'))
  );
}

/** A defect in one line, with the runtime's version: `onnxruntime-web 1.30.0 … (not reported)`. */
export function defectText({ what, upstream }: Defect, backend: string, packages: Packages): string {
  const [name = backend] = findBackend(backend)?.packages ?? [];
  return `${name} ${packages[name] ?? ''} ${what} (${upstream})`.replace('  ', ' ');
}
