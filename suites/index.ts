/**
 * The typed API: plan a run, run it, read run files, aggregate the rounds of each cell, compare two runs.
 *
 * Whatever fails is thrown as an Error whose message is one line that says what is wrong and what to do. Nothing is
 * printed, and the process is never ended.
 */
import { type Comparison, compare as compareRuns } from '../reports/compare/compare.ts';
import { type Table, tabulate } from '../reports/table/table.ts';
import { readResumed } from './engine/resume.ts';
import { type Done, runPlan } from './engine/run-plan.ts';
import type { Progress } from './engine/runner.ts';
import { readRuns as readFiles } from './engine/runs.ts';
import { lifetime } from './hosts/lifetime.ts';
import { type Ask, commandOf } from './plan/ask.ts';
import { type Plan, planRun } from './plan/plan.ts';
import type { Run } from './record/record.ts';

export type { Change, Comparison } from '../reports/compare/compare.ts';
export type { Row, Table } from '../reports/table/table.ts';
export type { Done } from './engine/run-plan.ts';
export type { Ask } from './plan/ask.ts';
export { type Cell, cellId, parseCell } from './plan/cell.ts';
export type { Plan } from './plan/plan.ts';
export type { Header } from './record/header.ts';
export type { Placement } from './record/placement.ts';
export type { Outcome, Record, Run, Status } from './record/record.ts';

/** How a plan is run. Whatever is left out is off. */
export type RunOptions = {
  /** The folder for the run file; it is made where it is missing. */
  readonly out: string;
  /** Decides the order of cells: a whole number, 0 where it is left out. */
  readonly seed?: number | undefined;
  /** The path of a Chrome, Chromium or Edge; without one, an installed one is looked for, or Chromium is downloaded. */
  readonly browser?: string | undefined;
  /** A run file to go on with, which was made by this plan on this machine; `out` and `seed` are then the file's. */
  readonly resume?: string | undefined;
  /** Seconds of measuring for a run that goes on, instead of what is left of its own. */
  readonly budgetSeconds?: number | undefined;
  /** Told what a person may want to know, a line at a time. */
  readonly log?: ((line: string) => void) | undefined;
  /** Told each visit before it is made: round (from 0), visits done and planned, seconds that remain of the budget. */
  readonly onProgress?:
    | ((progress: { round: number; done: number; total: number; remaining: number }) => void)
    | undefined;
  /** Ends the run early: what was measured until then is in the run file. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Plans a run: expands queries, flags and the profile to cells. Reads the files of one's own models, and nothing else;
 * starts no program. Throws where something is asked for that does not exist, with the nearest name; where a number is
 * out of its range; where a file cannot be read; and where nothing is left to run.
 */
export const plan = (ask: Ask): Promise<Plan> => planRun(ask);

/**
 * Runs a plan and writes its run file, as `npm run bench` does, a record at a time. Each visit is a fresh child process or
 * browser page. Cells that fail are records too, not errors. Throws where a model needs more memory than there is, a
 * checkpoint that was named cannot be had, a file is damaged, or the run file cannot be written.
 *
 * Until it resolves, TMPDIR of this process is a folder of the run's own, and exceptions that nothing catches are taken
 * for those of the browser's driver: they are told through `log`, and fail the visit that is under way.
 */
export async function run(plan: Plan, options: RunOptions): Promise<Done> {
  const { out, browser, resume, budgetSeconds, log = () => {}, onProgress = () => {} } = options;
  const resumed = resume === undefined ? undefined : readResumed(resume, budgetSeconds, log);
  const [first] = resumed?.parts.values() ?? [];
  const seed = options.seed ?? first?.run.header.seed ?? 0;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`seed: ${seed} is no whole number from 0`);
  const life = lifetime();
  try {
    return await runPlan(plan, {
      seed,
      out,
      browser,
      command: [...commandOf(plan.ask), ...(seed === 0 ? [] : ['--seed', `${seed}`])],
      resumed,
      log,
      onProgress: ({ round, done, total, remaining }: Progress) => onProgress({ round, done, total, remaining }),
      onPhase: () => {},
      signal: options.signal ?? new AbortController().signal,
      lifetime: life,
    });
  } finally {
    await life.end();
  }
}

/**
 * Reads run files as one run; a folder stands for its `*.jsonl`. Damaged lines are left out, named in `damaged`, and told
 * through `log`. Throws where a file is missing or no run file, and where files do not fit together: other machines,
 * commits or profiles, or the same round of a cell with other values.
 */
export const readRuns = (paths: readonly string[], log: (line: string) => void = () => {}): Run =>
  readFiles(paths, log);

/**
 * A row for each cell that was planned: its status over all rounds, the reasons where it is not `ok`, where it ran, and
 * the figures of its suite (times in milliseconds, memory in bytes, intervals of 95 %). Pure; throws nothing.
 */
export const aggregate = (run: Run): Table => tabulate(run);

/**
 * Compares two runs cell by cell: a verdict for each, such as `same`, `slower` or `broken`, those that matter most first.
 * `threshold` is the relative difference of times that is too small to matter, such as 0.03. Pure; throws nothing.
 */
export const compare = (base: Run, head: Run, threshold: number): Comparison => compareRuns(base, head, threshold);
