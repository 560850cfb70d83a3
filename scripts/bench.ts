import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { splitModel } from '../reference/models/load.ts';
import { findBackend } from '../suites/backends/registry.ts';
import { type Cell, cellId } from '../suites/cell.ts';
import { browserFlags } from '../suites/hosts/browser.ts';
import { provideBrowser } from '../suites/hosts/provide.ts';
import type { Profile } from '../suites/profiles.ts';
import type { Query } from '../suites/query.ts';
import { expand } from '../suites/query.ts';
import { type Header, type Record, SCHEMA } from '../suites/record.ts';
import { type Group, groupCells, runGroups } from '../suites/runner.ts';
import { readCommit, readEnvironment } from './environment.ts';
import { progressLine } from './progress.ts';
import { openWorkshop } from './workshop.ts';

export type BenchOptions = {
  readonly queries: readonly Query[];
  readonly profile: Profile;
  readonly seed: number;
  readonly out: string;
  readonly browser: string | undefined;
  readonly command: readonly string[];
  readonly log: (line: string) => void;
};

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
        .map((query) => ({ ...query, model: [model], size: [`${size}`] }))
        .filter((query) => !query.suite.includes('accuracy')),
      profile,
    ),
  );
  const ids = new Set(large.map(cellId));
  // The suite's own two backends are not timed at several sizes.
  const kept = large.filter((cell) => findBackend(cell.backend)?.suites === undefined);
  return { cells: [...cells, ...kept], isLarge: (cell) => ids.has(cellId(cell)) };
}

/** Opens the run file, or says in one line why it cannot be written. */
function openRunFile(
  folder: string,
  started: Date,
): { path: string; append: (line: object) => void; close: () => void } {
  const path = join(folder, `bench-${started.toISOString().slice(0, 19).replaceAll(':', '-')}.jsonl`);
  let file: number;
  try {
    mkdirSync(folder, { recursive: true });
    file = openSync(path, 'ax');
  } catch (error) {
    throw new Error(
      `cannot write to ${folder} (${(error as NodeJS.ErrnoException).code}): choose another folder with --out`,
    );
  }
  return {
    path,
    append(line) {
      writeSync(file, `${JSON.stringify(line)}\n`);
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** Pixels of a large visit over those of its common twin: what its time is predicted from. */
function predictFrom(groups: readonly Group[]) {
  const twin = (group: Group) => {
    const [cell] = group.cells;
    return groups.find(
      (other) =>
        !other.large &&
        other.row.id === group.row.id &&
        other.cells[0]?.model === cell?.model &&
        other.cells[0]?.suite !== 'accuracy',
    );
  };
  return (group: Group, seconds: ReadonlyMap<string, number>): number | undefined => {
    const small = group.large ? twin(group) : undefined;
    const spent = small && seconds.get(small.key);
    if (small === undefined || spent === undefined) return undefined;
    return spent * ((group.cells[0]?.size ?? 1) / (small.cells[0]?.size ?? 1)) ** 2;
  };
}

/** Runs the bench and returns the path of its run file. Throws on bad input, before anything runs. */
export async function bench(options: BenchOptions): Promise<string> {
  const { queries, profile, seed, out, browser: browserPath, command, log } = options;
  const { cells, isLarge } = planCells(queries, profile);
  const groups = groupCells(cells, isLarge);
  const started = new Date();
  const needsBrowser = groups.some(({ row }) => row.host === 'browser');
  const browser = needsBrowser
    ? await provideBrowser({ ...(browserPath === undefined ? {} : { path: browserPath }), log, install: true })
    : ({ found: false, reason: 'no browser was needed', fix: '' } as const);
  const file = openRunFile(resolve(out), started);
  const named = (model: string) =>
    queries.some((query) => query.model.includes(model) || query.model.includes(splitModel(model).arch));
  const line = progressLine();
  const workshop = await openWorkshop({ groups, profile, browser, named, log });
  const header: Header = {
    kind: 'run',
    schema: SCHEMA,
    started: started.toISOString(),
    commit: readCommit(),
    command: [...command],
    profile: profile.id,
    seed,
    rounds: profile.rounds,
    budget: profile.budget,
    environment: readEnvironment(
      [...groups.flatMap(({ row }) => row.packages), 'playwright', 'tinybench'],
      browser.found ? { name: browser.name, version: browser.version, flags: browserFlags() } : null,
    ),
    plan: cells.map(cellId),
  };
  file.append(header);
  const interrupted = new Promise<void>((resolve) => process.once('SIGINT', () => resolve()));
  const running = runGroups(
    groups,
    {
      rounds: profile.rounds,
      seed,
      budget: profile.budget,
      repeat: profile.repeat,
      largest: profile.visit * 2,
      now: () => performance.now(),
      predict: predictFrom(groups),
    },
    (group, round) => workshop.visit(group, round, line.phase),
    (record: Record) => file.append(record),
    line.progress,
  );
  await Promise.race([running, interrupted]).finally(async () => {
    line.end();
    file.close();
    await workshop.close();
  });
  return file.path;
}
