import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { splitModel } from '../reference/models/load.ts';
import { cannotWrite } from '../reference/write.node.ts';
import { findBackend } from '../suites/backends/backends.ts';
import { readTicks, stolenSince } from '../suites/engine/environment.ts';
import { headerOf } from '../suites/engine/header.ts';
import type { Variant, Visited } from '../suites/engine/history.ts';
import { machineMemory } from '../suites/engine/memory.ts';
import { checkSame, nothingToDo, pastOf, type Resumed, WITHOUT_BROWSER } from '../suites/engine/resume.ts';
import { createRunFiles, openFolder, type RunFile, reopenRunFile } from '../suites/engine/runfile.ts';
import { type Group, groupCells, runGroups, type Schedule } from '../suites/engine/runner.ts';
import { isPrecise, SETTLED_FROM } from '../suites/engine/stop.ts';
import { watchStrays } from '../suites/engine/strays.ts';
import { readThrottling, throttledBetween } from '../suites/engine/throttling.ts';
import { openWorkshop, type Workshop } from '../suites/engine/workshop.ts';
import { provideBrowser } from '../suites/hosts/provision/provision.ts';
import { type Cell, cellId } from '../suites/plan/cell.ts';
import { checkModels } from '../suites/plan/own.ts';
import { ownModels, type Profile } from '../suites/plan/profiles.ts';
import type { Query } from '../suites/plan/query.ts';
import { expand } from '../suites/plan/query.ts';
import type { End, Resume } from '../suites/record/header.ts';
import type { Outcome } from '../suites/record/record.ts';
import { findSuite, sessionOf } from '../suites/suites.ts';
import { progressLine } from './progress.ts';
import type { Shutdown } from './shutdown.ts';

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
  const kept = large.filter((cell) => findBackend(cell.backend)?.gauges === undefined);
  return { cells: [...cells, ...kept], isLarge: (cell) => ids.has(cellId(cell)) };
}

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
    const results = [...visit.outcomes.values()].flatMap((one) => ('result' in one ? [one.result] : []));
    const [calls] = results.flatMap((one) => findSuite(one.suite)?.calls?.(one) ?? []);
    const growth = ((group.cells[0]?.size ?? 1) / (twin.cells[0]?.size ?? 1)) ** 2 - 1;
    // Without calls nothing worked, and it will not take long to see that again.
    return visit.seconds + (calls === undefined ? 0 : (growth * (calls.first + CALLS * calls.second)) / 1000);
  };
}

/** The versions of a run. Each has its own file. */
const variantsOf = ({ aa, resumed }: BenchOptions): readonly Variant[] =>
  resumed !== undefined ? [...resumed.parts.keys()] : aa ? ['a', 'b'] : ['a'];

/** The files that a run writes: new ones, or those of a run that goes on. */
function openFiles(options: BenchOptions, started: Date): ReadonlyMap<Variant, RunFile> {
  const { out, aa, resumed } = options;
  if (resumed !== undefined)
    return new Map(
      [...resumed.parts].map(([variant, { path, size, torn }]) => [variant, reopenRunFile(path, size, torn)]),
    );
  const variants = variantsOf(options);
  const suffixes = variants.map((variant) => (aa ? `-${variant}` : ''));
  const files = createRunFiles(resolve(out), started, suffixes);
  return new Map(files.flatMap((file, i) => (variants[i] === undefined ? [] : [[variants[i], file]])));
}

/** What came of a bench: the paths of its run files, none where none was begun; and the exit code of a signal. */
export type Benched = { readonly paths: readonly string[]; readonly signal: number | undefined };

/**
 * Runs the bench until it is done, or a signal cuts it short; what it has opened ends with the lifetime. Throws on bad
 * input, before anything runs.
 */
export async function bench(options: BenchOptions, shutdown: Shutdown): Promise<Benched> {
  const { queries, profile, seed, browser: browserPath, within, aa, resumed, log } = options;
  const { lifetime } = shutdown;
  const strays = watchStrays(lifetime, log);
  const { cells, isLarge } = planCells(queries, profile);
  const own = ownModels(profile);
  const refused = await checkModels(cells, own, machineMemory());
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
  const folder = resumed === undefined ? openFolder(resolve(options.out)) : undefined;
  const schedule: Schedule = {
    rounds: profile.rounds,
    seed,
    repeat: profile.repeat,
    largest: profile.visit * 2,
    variants: variantsOf(options),
    ...pastOf(resumed, profile.budget),
    // Without a latency there is no precision to wait for.
    settled: (times, round) =>
      within !== undefined && (times.length === 0 ? round >= SETTLED_FROM : isPrecise(times, within)),
    now: () => performance.now(),
    predict: predictFrom(groups),
  };
  const nothing = resumed && nothingToDo(groups, schedule);
  if (resumed !== undefined && nothing !== undefined) {
    log(nothing);
    return { paths: [...resumed.parts.values()].map(({ path }) => path), signal: undefined };
  }
  const named = (model: string) =>
    queries.some((query) => query.model.includes(model) || query.model.includes(splitModel(model).arch));
  const line = progressLine();
  const signal = shutdown.signalled();
  const opening = openWorkshop({ groups, profile, browser, named, refused, log, lifetime });
  // Once a signal has come nobody waits for it.
  opening.catch(() => {});
  let workshop: Workshop | number;
  try {
    workshop = await Promise.race([opening, signal, strays.outside]);
  } catch (error) {
    folder?.removeEmpty();
    throw error;
  }
  if (typeof workshop === 'number') {
    folder?.removeEmpty();
    return { paths: [], signal: workshop };
  }
  const { visit } = workshop;
  const at = new Date();
  const [ticks, throttling] = [readTicks(), readThrottling()];
  const files = openFiles(options, at);
  try {
    for (const [variant, file] of files) {
      const pair = aa ? { name: started.toISOString(), variant } : null;
      const resume: Resume = { kind: 'resume', at: at.toISOString(), budget: schedule.budget, load: loadavg()[0] ?? 0 };
      file.append(resumed === undefined ? { ...header, started: at.toISOString(), pair } : resume);
    }
  } catch (error) {
    // Without a header a file is no run to go on with.
    for (const file of files.values()) file.discard();
    folder?.removeEmpty();
    if (folder === undefined) throw error;
    throw cannotWrite(folder.path, (error as Error).cause ?? error, 'or choose another folder with --out');
  }
  let over = false;
  const measuring = runGroups(
    groups,
    schedule,
    async (group, round) => {
      const visiting = visit(group, round, line.phase);
      const outcomes = await strays.during(visiting, (error) => strayOutcomes(group, error));
      // What a signal has cut off is no outcome.
      return over ? new Promise(() => {}) : outcomes;
    },
    (record, variant) => files.get(variant)?.append(record),
    line.progress,
  );
  measuring.catch(() => {});
  try {
    const code = await Promise.race([measuring, signal]);
    over = true;
    const end: End = {
      kind: 'end',
      at: new Date().toISOString(),
      load: loadavg()[0] ?? 0,
      steal: stolenSince(ticks),
      throttled: throttledBetween(throttling, readThrottling()),
    };
    for (const file of files.values()) file.append(end);
    return { paths: [...files.values()].map(({ path }) => path), signal: code ?? undefined };
  } finally {
    over = true;
    line.end();
    for (const file of files.values()) file.close();
    await workshop.close();
  }
}

/** What a visit came to that did not end after an error that nothing awaited. */
const strayOutcomes = ({ cells }: Group, { message }: Error): Map<string, Outcome> =>
  new Map(
    cells.map(({ suite }) => [
      suite,
      { status: 'crash', reason: `an error outside of the visit: ${message.split('\n')[0]}`, phase: 'stray' },
    ]),
  );
