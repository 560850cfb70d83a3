import { findBackend } from '../backends/backends.ts';
import { findSuite } from '../suites.ts';
import { type Ask, checkAsk, queriesOf } from './ask.ts';
import { type Cell, cellId } from './cell.ts';
import { mustKnow } from './nearest.ts';
import { readOwnModels, withOwn } from './own.ts';
import { PROFILES, type Profile } from './profiles.ts';
import { expand, type Query } from './query.ts';
import { profileFor, SCENARIOS, type Scenario } from './scenarios.ts';

/** What a run will do. It is made by `planRun`, and only read by others. */
export type Plan = {
  readonly ask: Ask;
  readonly queries: readonly Query[];
  /** The profile with all that was asked laid over it. */
  readonly profile: Profile;
  /** The cells, without repeats. */
  readonly cells: readonly Cell[];
  /** Whether a cell runs only where a smaller one was quick. */
  isLarge(cell: Cell): boolean;
};

/** Rounds where each cell takes turns with itself, and at most where a precision is asked for. */
const AA_ROUNDS = 10;
const PRECISE_ROUNDS = 100;

/** The profile of that name. Throws, with the nearest, where there is none. */
export function profileOf(name: string): Profile {
  const ids = PROFILES.map((row) => row.id);
  const profile = PROFILES.find((row) => row.id === mustKnow('profile', name, ids));
  if (profile === undefined) throw new Error(`no profile '${name}'`);
  return profile;
}

/** The scenarios of some names. Throws, with the nearest, where there is none of a name. */
export function scenariosOf(names: readonly string[]): Scenario[] {
  const ids = SCENARIOS.map((row) => row.id);
  const asked = names.map((name) => mustKnow('scenario', name, ids));
  return SCENARIOS.filter(({ id }) => asked.includes(id));
}

/** Whether a suite, or what a wildcard leaves of it, is for any network. */
const isOfNetworks = (suite: string): boolean => suite.includes('*') || findSuite(suite)?.of === 'networks';

/** The cells that a run plans: the queries' own, and the profile's large ones where nothing was asked. */
export function planCells(queries: readonly Query[], profile: Profile): Pick<Plan, 'cells' | 'isLarge'> {
  const cells = expand(queries, profile);
  const open = (query: Query) => query.size.join() === '*' && query.model.join() === '*';
  const large = profile.large.flatMap(({ model, size }) =>
    expand(
      queries
        .filter(open)
        .map((query) => ({ ...query, model: [model], size: [`${size}`], suite: query.suite.filter(isOfNetworks) }))
        .filter((query) => query.suite.length > 0),
      profile,
    ),
  );
  const ids = new Set(large.map(cellId));
  // The suite's own two backends are not timed at several sizes.
  const kept = large.filter((cell) => findBackend(cell.backend)?.gauges === undefined);
  return { cells: [...cells, ...kept], isLarge: (cell) => ids.has(cellId(cell)) };
}

/** The profile with what was asked laid over it. Throws one line where a file of one's own cannot be read. */
async function profileOfAsk(ask: Ask, scenarios: readonly Scenario[]): Promise<Profile> {
  const { files, rounds, budgetSeconds, samples, warmup, within, aa } = ask;
  const row = profileFor(profileOf(ask.profile ?? 'quick'), scenarios);
  const usual = within !== undefined ? PRECISE_ROUNDS : aa ? AA_ROUNDS : row.rounds;
  return {
    ...withOwn(row, await readOwnModels(files ?? [])),
    budgetSeconds: budgetSeconds ?? row.budgetSeconds,
    rounds: rounds ?? usual,
    // Who asks for rounds wants them of long visits too.
    repeatSeconds: aa || within !== undefined || rounds !== undefined ? Infinity : row.repeatSeconds,
    samples: samples ?? row.samples,
    warmup: warmup ?? row.warmup,
  };
}

/**
 * Plans a run. Reads the files of one's own models, and nothing else; starts no program. Throws an Error of one line, with
 * the nearest name, where something is asked for that does not exist, and where nothing is left to run.
 */
export async function planRun(ask: Ask): Promise<Plan> {
  checkAsk(ask);
  const scenarios = scenariosOf(ask.scenarios ?? []);
  const profile = await profileOfAsk(ask, scenarios);
  const queries = queriesOf(ask, scenarios, profile);
  return { ask, queries, profile, ...planCells(queries, profile) };
}
