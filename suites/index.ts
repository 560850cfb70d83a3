/**
 * The typed API: plan a run, run it, read run files, aggregate the rounds of each cell, compare two runs.
 *
 * Failures are thrown as an Error. Its message is one line that says what is wrong and what to do. Nothing is printed,
 * and the process is never ended.
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

/** How a plan is run. Options that are left out are off. */
export type RunOptions = {
  /** The folder for the run file; created where it is missing. */
  readonly out: string;
  /** Decides the order of cells. A whole number from 0; 0 where it is left out. */
  readonly seed?: number | undefined;
  /** The path of a Chrome, Chromium or Edge. Without it, an installed browser is used, or Chromium is downloaded. */
  readonly browser?: string | undefined;
  /** A run file to resume. This plan must have made it on this machine. `out` and `seed` are then the file's. */
  readonly resume?: string | undefined;
  /** Seconds of measuring for a resumed run, instead of what is left of its own budget. */
  readonly budgetSeconds?: number | undefined;
  /** Receives messages for the user, one line at a time. */
  readonly log?: ((line: string) => void) | undefined;
  /** Called before each visit: round (from 0), visits done and planned, and how much of the budget is left. */
  readonly onProgress?:
    | ((progress: { round: number; done: number; total: number; remainingSeconds: number }) => void)
    | undefined;
  /** Ends the run early. What was measured until then is in the run file. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Plans a run: expands queries, flags and the profile to cells. Reads the files of custom models and of their
 * preprocessing and nothing else, and starts no program. Throws where a name does not exist (with the nearest one),
 * where a number is out of range, where a file cannot be read, and where nothing is left to run.
 */
export const plan = (ask: Ask): Promise<Plan> => planRun(ask);

/**
 * Runs a plan and writes its run file, as `npm run bench` does, a record at a time. Each visit is a fresh child process
 * or browser page. Cells that fail become records, not errors. Throws where a model needs more memory than there is,
 * where a requested checkpoint cannot be obtained, where a file is damaged, or where the run file cannot be written.
 *
 * Until it resolves, TMPDIR of this process is the run's own folder. Uncaught exceptions are taken to come from the
 * browser's driver: they are reported through `log`, and fail the current visit.
 */
export async function run(plan: Plan, options: RunOptions): Promise<Done> {
  const { out, browser, resume, budgetSeconds, log = () => {}, onProgress = () => {} } = options;
  const resumed = resume === undefined ? undefined : readResumed(resume, budgetSeconds, log);
  const [first] = resumed?.files.values() ?? [];
  const seed = options.seed ?? first?.run.header.seed ?? 0;
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`seed: ${seed} is not a whole number from 0`);
  const life = lifetime();
  try {
    return await runPlan(plan, {
      seed,
      out,
      browser,
      command: [...commandOf(plan.ask), ...(seed === 0 ? [] : ['--seed', `${seed}`])],
      resumed,
      log,
      onProgress: ({ round, done, total, remainingSeconds }: Progress) =>
        onProgress({ round, done, total, remainingSeconds }),
      onPhase: () => {},
      signal: options.signal ?? new AbortController().signal,
      lifetime: life,
    });
  } finally {
    await life.end();
  }
}

/**
 * Reads run files as one run. A folder stands for its `*.jsonl`. Damaged lines are skipped, listed in `damaged`, and
 * reported through `log`. Throws where a file is missing or is not a run file, and where files do not fit together:
 * other machines, commits or profiles, or the same round of a cell with other values.
 */
export const readRuns = (paths: readonly string[], log: (line: string) => void = () => {}): Run =>
  readFiles(paths, log);

/**
 * One row per planned cell: its status over all rounds, the reasons where it is not `ok`, its placement, and the
 * figures of its suite (times in milliseconds, memory in bytes, 95 % intervals). Pure; never throws.
 */
export const aggregate = (run: Run): Table => tabulate(run);

/**
 * Compares two runs cell by cell, with a verdict for each, such as `same`, `slower` or `broken`; the most important
 * come first. `threshold` is the relative difference of times that is too small to matter, such as 0.03. Pure; never
 * throws.
 */
export const compare = (base: Run, head: Run, threshold: number): Comparison => compareRuns(base, head, threshold);
