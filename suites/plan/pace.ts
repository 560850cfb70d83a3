import { findBackend } from '../backends/backends.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { AnySuite } from '../contract/suite.ts';
import { ALWAYS } from '../suites.ts';
import type { ProfileModel, Sizes } from './profiles.ts';

/** Whether a suite makes sense for a backend. It may not for the two that test this project itself. */
const mayAsk = (suite: AnySuite, gauges: BackendRow['gauges']): boolean =>
  gauges === undefined || suite.gaugedBy === gauges;

/** How a query's open fields are filled for a backend: with images for which speed, and with which suites. */
type Pace = { readonly speed: keyof Sizes; may(suite: AnySuite, model: ProfileModel): boolean };

/**
 * On a software adapter, which nobody ships, only outputs and placement are checked where a query leaves the backend open
 * (`areOpen`).
 */
export function paceOf(
  backend: string,
  areOpen: { readonly backend: boolean; readonly model: boolean },
  software: ReadonlySet<string>,
): Pace {
  const onlyChecked = software.has(backend) && areOpen.backend;
  return {
    speed: software.has(backend) ? 'software' : findBackend(backend)?.slow ? 'slow' : 'quick',
    may: (suite, { spared, scored }) =>
      (!onlyChecked || (ALWAYS.includes(suite.id) && !(areOpen.model && spared))) &&
      (!(areOpen.model && scored) || suite.of === 'trained' || ALWAYS.includes(suite.id)) &&
      mayAsk(suite, findBackend(backend)?.gauges),
  };
}
