import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBackend } from '../backends/backends.ts';
import { type RunSettings, runPlan } from '../engine/run-plan.ts';
import { lifetime } from '../hosts/lifetime.ts';
import { type Ask, commandOf } from '../plan/ask.ts';
import { parseCell } from '../plan/cell.ts';
import { type Plan, planRun } from '../plan/plan.ts';
import { sessionKey } from '../plan/session.ts';
import { judgedAcross } from '../record/across.ts';
import { parseRun, type Run } from '../record/record.ts';
import { findSuite } from '../suites.ts';
import { unjudged, worseThan } from './evidence.ts';
import { addToNight, appendRun, ENDINGS, nightName, openHistoryFolder } from './folder.ts';
import { readHistory, retain, writeIndex } from './history.ts';
import { judgeNight } from './judge.ts';
import type { NightJudged } from './judged.ts';
import { seriesOf } from './levels.ts';
import { type Gate, look } from './look.ts';
import { type Night, summarise } from './night.ts';
import { isSameCommand, statusChanges } from './statuses.ts';
import { REPEATS } from './verdicts.ts';

/** Where a night goes, and how it is judged and run. */
export type NightlySettings = Omit<RunSettings, 'command' | 'resumed' | 'lifetime'> & {
  /** The folder of the history. */
  readonly folder: string;
  readonly threshold: number;
  /** Nights of this machine that stay in the history. */
  readonly keep: number;
};

/** A night in the history, judged. `interrupted` ones are neither added nor judged; their run file is in `path`. */
export type NightlyDone =
  | { readonly interrupted: true; readonly path: string | undefined }
  | { readonly interrupted: false; readonly number: number; readonly run: Run; readonly path: string };

/** Control cells of a night, and how they are run. */
const CONTROLS = { cells: 3, rounds: 3, seconds: 60 };

/** Runs a plan as `bench` does. Its hosts are closed when it ends. */
async function runOnce(
  plan: Plan,
  settings: NightlySettings,
): Promise<{ paths: readonly string[]; interrupted: boolean }> {
  const own = lifetime();
  try {
    return await runPlan(plan, { ...settings, command: commandOf(plan.ask), resumed: undefined, lifetime: own });
  } finally {
    await own.end();
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`cannot read ${path} (${(error as NodeJS.ErrnoException).code}): give a run file`);
  }
}

const read = (path: string): Run => judgedAcross(parseRun(readFileSync(path), path));

/** The same request for these cells only. */
const only = (ask: Ask, queries: readonly string[]): Ask => ({
  queries,
  files: ask.files,
  profile: ask.profile,
  budgetSeconds: ask.budgetSeconds,
  rounds: ask.rounds,
  samples: ask.samples,
  warmup: ask.warmup,
  within: ask.within,
});

/**
 * These cells of a run, and those that share a session with them, so that they run in the same company. Cells that the run
 * did not plan are left out.
 */
function companions({ header: { plan } }: Run, ids: readonly string[]): string[] {
  const keys = new Set(ids.map((id) => sessionKey(parseCell(id))));
  return plan.filter((id) => keys.has(sessionKey(parseCell(id))));
}

/** A night's own history: the nights of its machine before it. */
const before = (nights: readonly Night[], tonight: Night): Night[] =>
  nights.filter(({ machine, number }) => machine === tonight.machine && number < tonight.number);

/** Judges a night. `repeat` runs cells again at once, or gives undefined where that is not possible. */
async function judge(
  folder: string,
  number: number,
  threshold: number,
  repeat: (ids: readonly string[], time: number) => Promise<Run | undefined>,
): Promise<NightJudged> {
  const { nights, accepted } = readHistory(folder);
  const tonight = nights.find((night) => night.number === number);
  if (tonight === undefined)
    throw new Error(`${nightName(number)} cannot be read from ${folder}: is another version writing to it?`);
  const history = before(nights, tonight);
  const gate: Gate = { threshold, accepted };
  const first = look(history, seriesOf(history), tonight, gate);
  const statuses = statusChanges(history, tonight, accepted);
  const file = (night: Night) => read(join(folder, nightName(night.number) + ENDINGS.run));
  const last = history.findLast((night) => isSameCommand(night, tonight)) ?? history.at(-1);
  const lastRun = last === undefined ? undefined : file(last);
  const open = unjudged(first, tonight);
  const changed = new Set(statuses.map(({ id }) => id));
  const worse = (head: Run) =>
    lastRun === undefined
      ? []
      : worseThan(lastRun, head, threshold).filter(({ id }) => open.has(id) && !changed.has(id));
  const compared = worse(file(tonight));
  const again: Night[] = [];
  const news = statuses.filter(({ since }) => since === number).map(({ id }) => id);
  const suspects = [...[...first.slower, ...first.back, ...compared].map(({ id }) => id), ...news];
  let stayed = compared.map(({ id }) => id);
  for (let time = 1; time <= REPEATS && suspects.length > 0; time++) {
    const run = await repeat([...new Set(suspects)], time);
    if (run === undefined) break;
    again.push({ ...summarise(run), number, files: {}, pairs: [], judged: null });
    const found = new Set(worse(run).map(({ id }) => id));
    stayed = stayed.filter((id) => found.has(id));
  }
  return judgeNight(
    { history, tonight, look: first, statuses, compared: { first: compared, again: stayed }, again },
    gate,
  );
}

/** Whether a cell's backend computes anything, and is not one that tests this project. */
const computes = (id: string): boolean => findBackend(parseCell(id).backend)?.gauges === undefined;

/** The cells of the negative control: those of the night before where they still run, else the quickest. */
function controlCells(nights: readonly Night[], tonight: Night): string[] {
  const timed = Object.entries(tonight.cells).flatMap(([id, { status, ms }]) =>
    status === 'ok' && ms !== null && computes(id) && findSuite(parseCell(id).suite)?.interval !== undefined
      ? [{ id, ms }]
      : [],
  );
  const last =
    before(nights, tonight)
      .at(-1)
      ?.pairs.map(({ id }) => id) ?? [];
  const kept = timed.filter(({ id }) => last.includes(id));
  const rest = timed.filter(({ id }) => !last.includes(id)).sort((a, b) => a.ms - b.ms);
  return [...kept, ...rest].slice(0, CONTROLS.cells).map(({ id }) => id);
}

/** Adds the verdict to a night, writes the index, and removes nights beyond `keep`. */
function settle(number: number, judged: NightJudged, { folder, keep, log }: NightlySettings): void {
  addToNight(folder, number, ENDINGS.judged, `${JSON.stringify(judged, null, 2)}\n`);
  const { nights } = readHistory(folder);
  const machine = nights.find((night) => night.number === number)?.machine ?? '';
  for (const line of retain(folder, nights, machine, keep)) log(line);
  writeIndex(folder, readHistory(folder).nights);
}

/**
 * Adds a run file to the history as tonight and judges it. Nothing is run: what looks worse is reported as `not run
 * again`. Throws one line where the file cannot be read, or the history cannot be written.
 */
export async function judgeFile(path: string, settings: NightlySettings): Promise<NightlyDone> {
  const { folder, threshold } = settings;
  const bytes = readBytes(path);
  const run = judgedAcross(parseRun(bytes, path));
  openHistoryFolder(folder);
  const number = appendRun(folder, bytes, `then npm run nightly -- --history ${folder} --run ${path}`);
  settle(number, await judge(folder, number, threshold, async () => undefined), settings);
  return { interrupted: false, number, run, path };
}

/**
 * Runs a night: measures the plan, adds the run to the history, judges it against the nights before, runs what looks
 * worse again at once in fresh processes, and runs the negative control. Throws one line on bad input, and where the
 * history cannot be written; the run file is then in `out`, and the error says how to add it.
 */
export async function runNight(ask: Ask, settings: NightlySettings): Promise<NightlyDone> {
  const { folder, threshold, log, signal, seed } = settings;
  openHistoryFolder(folder);
  const plan = await planRun(ask);
  const { paths, interrupted } = await runOnce(plan, settings);
  const [path] = paths;
  if (interrupted || path === undefined) return { interrupted: true, path };
  const number = appendRun(folder, readFileSync(path), `then npm run nightly -- --history ${folder} --run ${path}`);
  const run = read(path);
  const repeat = async (ids: readonly string[], time: number): Promise<Run | undefined> => {
    const queries = companions(run, ids);
    // Cells that are not in the plan any more cannot be run again, and no query would mean every cell.
    if (signal.aborted || queries.length === 0) return undefined;
    log(`looks worse, so it is run again (${time} of ${REPEATS}): ${ids.join(', ')}`);
    const once = await planRun(only(ask, queries));
    const done = await runOnce(once, { ...settings, seed: seed + time });
    const [file] = done.paths;
    if (done.interrupted || file === undefined) return undefined;
    addToNight(folder, number, ENDINGS.again(time), readFileSync(file));
    return read(file);
  };
  const judged = await judge(folder, number, threshold, repeat);
  const { nights } = readHistory(folder);
  const tonight = nights.find((night) => night.number === number);
  const ids = tonight === undefined ? [] : controlCells(nights, tonight);
  if (ids.length > 0 && !signal.aborted) {
    log(`negative control: ${ids.join(', ')}`);
    const { rounds, seconds: budgetSeconds } = CONTROLS;
    const pair = await planRun({ ...only(ask, ids), rounds, budgetSeconds, within: undefined, aa: true });
    const {
      paths: [a, b],
    } = await runOnce(pair, settings);
    if (a !== undefined) addToNight(folder, number, ENDINGS.a, readFileSync(a));
    if (b !== undefined) addToNight(folder, number, ENDINGS.b, readFileSync(b));
  }
  settle(number, judged, settings);
  return { interrupted: false, number, run, path };
}
