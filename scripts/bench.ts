import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { splitModel } from '../reference/models/load.ts';
import { findBackend } from '../suites/backends/registry.ts';
import { type Cell, cellId } from '../suites/cell.ts';
import { type End, type Header, type Resume, SCHEMA } from '../suites/header.ts';
import { browserFlags } from '../suites/hosts/browser.ts';
import { provideBrowser } from '../suites/hosts/provide.ts';
import type { Variant, Visited } from '../suites/ledger.ts';
import { isPrecise, SETTLED_FROM } from '../suites/precision.ts';
import { type OwnModel, ownModels, type Profile } from '../suites/profiles.ts';
import type { Query } from '../suites/query.ts';
import { expand } from '../suites/query.ts';
import { findSuite, sessionOf } from '../suites/registry.ts';
import { type Group, groupCells, runGroups, type Schedule } from '../suites/runner.ts';
import { fingerprintOf, readCommit, readEnvironment, readTicks, stolenSince } from './environment.ts';
import { checkOwn } from './own.ts';
import { progressLine } from './progress.ts';
import { checkSame, nothingToDo, pastOf, type Resumed, WITHOUT_BROWSER } from './resume.ts';
import { createRunFile, type RunFile, reopenRunFile } from './runfile.ts';
import { readThrottling, throttledBetween } from './throttling.ts';
import { openWorkshop } from './workshop.ts';

export type BenchOptions = {
  readonly queries: readonly Query[];
  readonly profile: Profile;
  readonly seed: number;
  readonly out: string;
  readonly browser: string | undefined;
  /** Relative half-width of a latency's interval that is precise enough; undefined for a fixed number of rounds. */
  readonly within: number | undefined;
  /** Whether every cell is run twice, in turns, as if it were two versions. */
  readonly aa: boolean;
  readonly command: readonly string[];
  /** The run that goes on, if any. */
  readonly resumed: Resumed | undefined;
  readonly log: (line: string) => void;
};

/** Whether a suite, or what a wildcard leaves of it, is for any network. */
const isOfNetworks = (suite: string): boolean => suite.includes('*') || findSuite(suite)?.of === 'networks';

/** The cells that a run plans: the queries' own, and the profile's large ones where nothing was asked. */
export function planCells(
  queries: readonly Query[],
  profile: Profile,
): { cells: Cell[]; isLarge: (cell: Cell) => boolean } {
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
  const kept = large.filter((cell) => findBackend(cell.backend)?.suites === undefined);
  return { cells: [...cells, ...kept], isLarge: (cell) => ids.has(cellId(cell)) };
}

/** What a report tells of a person's own model. */
const ownHeader = ({ id, source, files }: OwnModel): NonNullable<Header['models']>[number] => ({
  id,
  architecture: source.format === 'architecture' ? splitModel(source.model).arch : null,
  files: files.map(({ name, sha256 }) => ({ name, sha256 })),
});

/** Calls in a visit that grow with the image, in second calls: warm-up, the fewest samples, and taps. */
const CALLS = 8;

/** How much longer a visit may take than the longest one yet on the same backend. */
const LONGER = 1.5;

/**
 * Predicts the seconds of a group's first visit. A large one takes what its twin at the common size took, and its calls
 * over again for every pixel more; any other at most LONGER than what its backend took for a smaller network.
 */
function predictFrom(groups: readonly Group[]) {
  const twinOf = ({ row, cells: [cell] }: Group) =>
    groups.find(
      ({ large, row: other, cells: [twin] }) =>
        !large &&
        other.id === row.id &&
        twin?.model === cell?.model &&
        twin?.batch === cell?.batch &&
        sessionOf(twin?.suite ?? '') === sessionOf(cell?.suite ?? ''),
    );
  return (group: Group, visited: ReadonlyMap<string, Visited>): number | undefined => {
    if (!group.large) {
      const others = groups
        .filter(({ row }) => row.id === group.row.id)
        .flatMap(({ key }) => visited.get(key)?.seconds ?? []);
      return others.length === 0 ? undefined : LONGER * Math.max(...others);
    }
    const twin = twinOf(group);
    const visit = twin && visited.get(twin.key);
    if (twin === undefined || visit === undefined) return undefined;
    const startup = visit.outcomes.get('startup');
    const calls = startup && 'result' in startup && startup.result.suite === 'startup' ? startup.result : undefined;
    const growth = ((group.cells[0]?.size ?? 1) / (twin.cells[0]?.size ?? 1)) ** 2 - 1;
    // Without calls nothing worked, and it will not take long to see that again.
    return visit.seconds + (calls === undefined ? 0 : (growth * (calls.first + CALLS * calls.second)) / 1000);
  };
}

/** The header of a run of these cells that starts now. */
export function headerOf(
  { profile, seed, within, command }: Pick<BenchOptions, 'profile' | 'seed' | 'within' | 'command'>,
  cells: readonly Cell[],
  browser: { readonly name: string; readonly version: string } | null,
  started: Date,
): Header {
  const own = ownModels(profile);
  const environment = readEnvironment(
    [...cells.flatMap(({ backend }) => findBackend(backend)?.packages ?? []), 'playwright', 'tinybench'],
    browser && { name: browser.name, version: browser.version, flags: browserFlags() },
  );
  return {
    kind: 'run',
    schema: SCHEMA,
    started: started.toISOString(),
    commit: readCommit(),
    command: [...command],
    profile: profile.id,
    seed,
    rounds: profile.rounds,
    budget: profile.budget,
    within: within ?? null,
    environment,
    fingerprint: fingerprintOf(environment),
    pair: null,
    plan: cells.map(cellId),
    ...(own.length > 0 ? { models: own.map(ownHeader) } : {}),
  };
}

/** The files that a run writes: new ones, or those of a run that goes on. */
function openFiles({ out, aa, resumed }: BenchOptions, started: Date): ReadonlyMap<Variant, RunFile> {
  if (resumed !== undefined)
    return new Map([...resumed.parts].map(([variant, { path, size }]) => [variant, reopenRunFile(path, size)]));
  const variants: readonly Variant[] = aa ? ['a', 'b'] : ['a'];
  return new Map(variants.map((one) => [one, createRunFile(resolve(out), started, aa ? `-${one}` : '')]));
}

/**
 * Runs the bench and returns the path of its run file (two where versions take turns, none where none was begun), and whether an
 * interrupt (Ctrl-C) cut it short. Throws on bad input, before anything runs.
 */
export async function bench(options: BenchOptions): Promise<{ paths: string[]; interrupted: boolean }> {
  const { queries, profile, seed, browser: browserPath, within, aa, resumed, log } = options;
  const { cells, isLarge } = planCells(queries, profile);
  const own = ownModels(profile);
  await checkOwn(cells, own);
  // About how many weights they have.
  const values = new Map(own.map(({ id, files }) => [id, files.reduce((sum, { bytes }) => sum + bytes / 4, 0)]));
  const groups = groupCells(cells, isLarge).map((group) => {
    const [cell] = group.cells;
    const count = values.get(cell?.model ?? '');
    return { ...group, cost: count === undefined ? group.cost : count * (cell?.batch ?? 1) };
  });
  const started = new Date();
  // No program is started for a run that cannot go on here.
  if (resumed !== undefined) checkSame(resumed, headerOf(options, cells, null, started), WITHOUT_BROWSER);
  const needsBrowser = groups.some(({ row }) => row.host === 'browser');
  const browser = needsBrowser
    ? await provideBrowser({ ...(browserPath === undefined ? {} : { path: browserPath }), log, install: true })
    : ({ found: false, reason: 'no browser was needed', fix: '' } as const);
  const header = headerOf(options, cells, browser.found ? browser : null, started);
  if (resumed !== undefined) checkSame(resumed, header, []);
  const files = openFiles(options, started);
  const paths = [...files.values()].map((file) => file.path);
  const schedule: Schedule = {
    ...{
      rounds: profile.rounds,
      seed,
      repeat: profile.repeat,
      largest: profile.visit * 2,
      variants: [...files.keys()],
    },
    ...pastOf(resumed, profile.budget),
    // Without a latency there is no precision to wait for.
    settled: (times, round) =>
      within !== undefined && (times.length === 0 ? round >= SETTLED_FROM : isPrecise(times, within)),
    now: () => performance.now(),
    predict: predictFrom(groups),
  };
  const nothing = resumed && nothingToDo(groups, schedule);
  if (nothing !== undefined) {
    log(nothing);
    for (const file of files.values()) file.close();
    return { paths, interrupted: false };
  }
  const named = (model: string) =>
    queries.some((query) => query.model.includes(model) || query.model.includes(splitModel(model).arch));
  const line = progressLine();
  const interrupt = new Promise<true>((resolve) => process.once('SIGINT', () => resolve(true)));
  const discard = () => {
    for (const file of files.values()) file.discard();
  };
  const workshop = await Promise.race([openWorkshop({ groups, profile, browser, named, log }), interrupt]).catch(
    (error) => {
      discard();
      throw error;
    },
  );
  if (workshop === true) {
    discard();
    return { paths: [], interrupted: true };
  }
  const at = new Date().toISOString();
  const [ticks, throttling] = [readTicks(), readThrottling()];
  const measure = async () => {
    for (const [variant, file] of files) {
      const pair = aa ? { name: started.toISOString(), variant } : null;
      const resume: Resume = { kind: 'resume', at, budget: schedule.budget, load: loadavg()[0] ?? 0 };
      file.append(resumed === undefined ? { ...header, started: at, pair } : resume);
    }
    await runGroups(
      groups,
      schedule,
      (group, round) => workshop.visit(group, round, line.phase),
      (record, variant) => files.get(variant)?.append(record),
      line.progress,
    );
    return false;
  };
  try {
    const interrupted = await Promise.race([measure(), interrupt]);
    const end: End = {
      ...{ kind: 'end', at: new Date().toISOString(), load: loadavg()[0] ?? 0, steal: stolenSince(ticks) },
      throttled: throttledBetween(throttling, readThrottling()),
    };
    for (const file of files.values()) file.append(end);
    return { paths, interrupted };
  } finally {
    line.end();
    for (const file of files.values()) file.close();
    await workshop.close();
  }
}
