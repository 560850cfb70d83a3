import type { AnySuite } from '../suites/contract/suite.ts';
import type { Profile } from '../suites/plan/profiles.ts';
import { narrow, parseQuery, type Query } from '../suites/plan/query.ts';
import { batchesOf, type Scenario } from '../suites/plan/scenarios.ts';
import { SUITES } from '../suites/suites.ts';

/** Flags that say what to run where a query leaves it open. */
export type QueryFlags = {
  models?: string[];
  backends?: string[];
  suites?: string[];
  scenario?: readonly Scenario[];
  ioBinding?: boolean;
};

/** The suites that can do something. */
const idsOf = (can: (suite: AnySuite) => boolean): string[] => SUITES.filter(can).map(({ id }) => id);

/** The queries that were typed, or one of everything, with their open fields narrowed to what flags say. */
export function queriesOf(words: readonly string[], flags: QueryFlags, profile: Profile): Query[] {
  const { models, backends, scenario = [], ioBinding = false } = flags;
  const asked = flags.suites ?? (scenario.length > 0 ? idsOf(({ times }) => times !== undefined) : undefined);
  const suite = ioBinding ? [...(asked ?? profile.suites), ...idsOf(({ resident }) => resident === true)] : asked;
  const narrowed: Partial<Query> = {
    ...(models && { model: models }),
    ...(backends && { backend: backends }),
    ...(suite && { suite }),
    ...(scenario.length > 0 && { batch: batchesOf(scenario) }),
  };
  return (words.length > 0 ? words : ['*']).map((word) => narrow(parseQuery(word), narrowed));
}
