import { type Ask, checkAsk, queriesOf } from './ask.ts';
import type { Cell } from './cell.ts';
import { mustUse, readData } from './data.ts';
import { mustKnow } from './nearest.ts';
import { readOwnModels, withOwn } from './own.ts';
import { PROFILES, type Profile } from './profiles.ts';
import { expandOn, type Query } from './query.ts';
import { profileFor, SCENARIOS, type Scenario } from './scenarios.ts';
import { cellsOfShard, parseShard, type Shard } from './shard.ts';

/** A shard, and all cells of the plan that it is a part of. */
type PartOfPlan = { readonly shard: Shard; readonly whole: readonly Cell[] };

/** What a run will do. `planRun` makes it; others only read it. */
export type Plan = {
  readonly ask: Ask;
  readonly queries: readonly Query[];
  /** The profile with all requested options applied. */
  readonly profile: Profile;
  /** The part of the cells that is run; undefined for all. */
  readonly shard: Shard | undefined;
  /** The cells, without duplicates, before it is known which adapters are software ones; of a shard, its own. */
  readonly cells: readonly Cell[];
  /** The plan that a shard is a part of; undefined where it is not sharded. */
  readonly part: PartOfPlan | undefined;
};

/** Rounds of an A/A or A/B run, and the maximum of rounds where a precision (`within`) is requested. */
const AA_ROUNDS = 10;
const PRECISE_ROUNDS = 100;

/** The profile of that name. Throws, suggesting the nearest name, where there is none. */
export function profileOf(name: string): Profile {
  const ids = PROFILES.map((row) => row.id);
  const profile = PROFILES.find((row) => row.id === mustKnow('profile', name, ids));
  if (profile === undefined) throw new Error(`no profile '${name}'`);
  return profile;
}

/** The scenarios of these names. Throws, suggesting the nearest name, where there is none. */
export function scenariosOf(names: readonly string[]): Scenario[] {
  const ids = SCENARIOS.map((row) => row.id);
  const asked = names.map((name) => mustKnow('scenario', name, ids));
  return SCENARIOS.filter(({ id }) => asked.includes(id));
}

/** The profile with the requested options applied. Throws one line where the file of a custom model cannot be read. */
async function profileOfAsk(ask: Ask, scenarios: readonly Scenario[]): Promise<Profile> {
  const { files, rounds, budgetSeconds, samples, warmup, within } = ask;
  const aa = ask.aa || ask.ab !== undefined;
  const row = profileFor(profileOf(ask.profile ?? 'quick'), scenarios);
  // Rounds that are requested are made of everything, long visits too.
  const even = rounds ?? (aa ? AA_ROUNDS : undefined);
  const precise = within ?? (even === undefined ? row.within : undefined);
  return {
    ...withOwn(row, await readOwnModels(files ?? [])),
    data: await readData(ask),
    budgetSeconds: budgetSeconds ?? row.budgetSeconds,
    rounds: rounds ?? (within !== undefined ? PRECISE_ROUNDS : (even ?? row.rounds)),
    evenRounds: precise === undefined ? (even ?? row.rounds) : row.evenRounds,
    within: precise,
    repeatSeconds: aa || within !== undefined || rounds !== undefined ? Infinity : row.repeatSeconds,
    samples: samples ?? row.samples,
    warmup: warmup ?? row.warmup,
  };
}

/**
 * The cells of a plan where these backends run on software adapters. Throws one line where none is left for its shard.
 */
export function cellsOn(
  { queries, profile, shard }: Pick<Plan, 'queries' | 'profile' | 'shard'>,
  software: ReadonlySet<string>,
): Pick<Plan, 'cells' | 'part'> {
  const whole = expandOn(queries, profile, software);
  if (shard === undefined) return { cells: whole, part: undefined };
  const cells = cellsOfShard(whole, shard);
  if (cells.length === 0)
    throw new Error(
      `no cell is left for shard ${shard.index}/${shard.of}: the plan has ${whole.length} cells: take fewer shards`,
    );
  return { cells, part: { shard, whole } };
}

/**
 * Plans a run. Reads the files of custom models and of their preprocessing and nothing else, and starts no program.
 * Throws an Error of one line, with the nearest name, where something requested does not exist, and where nothing is
 * left to run.
 */
export async function planRun(ask: Ask): Promise<Plan> {
  checkAsk(ask);
  const shard = ask.shard === undefined ? undefined : parseShard(ask.shard);
  const scenarios = scenariosOf(ask.scenarios ?? []);
  const profile = await profileOfAsk(ask, scenarios);
  const queries = queriesOf(ask, scenarios, profile);
  const { cells, part } = cellsOn({ queries, profile, shard }, new Set());
  mustUse(profile, part?.whole ?? cells);
  return { ask, queries, profile, shard, cells, part };
}
