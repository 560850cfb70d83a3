import type { z } from 'zod';
import type { Work } from '../../reference/analysis.ts';
import type { Logits } from '../record/check.ts';
import type { CheckRow } from '../record/check-row.ts';
import type { Interval } from '../stats/quantiles.ts';
import type { Warning } from '../stats/steady.ts';
import type { Change } from './change.ts';
import type { HostFacts } from './job.ts';
import type { Run } from './run.ts';
import type { Measured, Visit } from './visit.ts';

/** What a suite finds in its own result; undefined where all is right. `wrong` holds for all cells of the visit. */
export type Finding =
  | { readonly status: 'wrong' | 'unsupported'; readonly reason: string }
  | { readonly status: 'crash'; readonly reason: string; readonly phase: string }
  | undefined;

/** What a column is told of the cell beside its figures. */
export type CellFacts = {
  /** Images per call. */
  readonly batch: number;
  /** Whether the backend computes anything: `null` measures the harness. */
  readonly computes: boolean;
};

export type Value = string | number | boolean | null | undefined;

/** A column of the CSV. Several suites may fill one. Its name carries its unit. */
export type Column<F> = {
  readonly name: string;
  /** Its place, from 0, which never changes: readers may count. */
  readonly place: number;
  value(figures: F, cell: CellFacts): Value;
};

/** A column of the summary in a terminal. Several suites may fill one: the first that has a text does. */
export type Headline<F> = {
  readonly title: string;
  /** Its place among the others, from the left. */
  readonly place: number;
  /** Columns with a higher number go first where the width is short. */
  readonly spare: number;
  /** What the figure is, for the line below the table, where the title does not say it. */
  readonly legend?: string;
  /** Undefined where the figures do not tell. */
  text(figures: F): string | undefined;
};

/** Times of one call over all rounds, in milliseconds. */
export type CallTimes = {
  /** The samples of every round, in time order. */
  readonly rounds: readonly (readonly number[])[];
  readonly samples: number;
  /** Median of the rounds' medians, and its 95 % interval. */
  readonly median: number;
  readonly interval: Interval | undefined;
  /** Percentiles of the rounds; undefined where a round has too few samples. */
  readonly p90: { readonly median: number; readonly interval: Interval | undefined } | undefined;
  readonly p99: { readonly median: number; readonly interval: Interval | undefined } | undefined;
  /** Calls that a sample is the mean of, at most. */
  readonly batch: number;
  /** How finely the clock tells a sample's time, relative to it. */
  readonly resolution: number;
  readonly work: Work;
  readonly warnings: readonly Warning[];
  /** Why the figure stands on little, or undefined. */
  readonly few: string | undefined;
};

/** The best that a device reached: operations and bytes a second; undefined where noise hides it. */
export type Peak = { readonly flops: number | undefined; readonly bandwidth: number | undefined };

/** What makes of a measured result one for the run file: needed where the two differ. */
type Completion<R extends Measured, M extends Measured> = {
  complete(measured: M, facts: HostFacts): R;
};

/**
 * One question asked of a backend. `R` is its result in the run file, `F` its figures over the rounds of a cell, `M` what
 * `run.ts` measures where a host adds to it. Nothing outside of the table names a suite: whoever needs something of one
 * asks for a member.
 */
export type Suite<R extends Measured, F extends Measured, M extends Measured = R> = SuiteRow<R, F, M> &
  ([M] extends [R] ? Partial<Completion<R, M>> : Completion<R, M>);

type SuiteRow<R extends Measured, F extends Measured, M extends Measured> = {
  readonly id: R['suite'] & F['suite'];
  readonly question: string;
  /** What it is asked of: networks, only those with trained weights, or the chains of one kernel that gauge a device. */
  readonly of: 'networks' | 'trained' | 'kernels';
  /** Whether its answer is the same in every round, so that one is enough. */
  readonly once: boolean;
  /** Whether it has a session to itself; the others of one model, batch and backend are answered by one. */
  readonly dedicated: boolean;
  /** Time that its visits may take, as a multiple of the profile's. */
  readonly timeoutFactor: number;
  /** Whether its cells can be wrong: outputs of their session are compared with something. */
  readonly judged: boolean;
  /** What its visits are handed beside a checkpoint. */
  readonly files: readonly ('export' | 'truth' | 'images')[];
  /** Images per call where a query does not say. */
  readonly batch: number;
  /** Of its result as the run file holds it. */
  readonly schema: z.ZodType<R>;
  /** What a visit runs: `suites/ID/run.ts`, which a host imports by its folder, as it does a backend's binding. */
  run(): Promise<Run>;
  /** What is wrong with a result. */
  verdict(result: R): Finding;
  /** What the results of a cell's rounds amount to; undefined where they tell nothing. Called with at least one. */
  figures(results: readonly R[]): F | undefined;
  readonly columns: readonly Column<F>[];
  readonly headlines: readonly Headline<F>[];
  /** What two runs are compared by; undefined where their statuses are all. */
  readonly change: Change<F> | undefined;

  /** Measured in every shared session, asked or not: a time of wrong answers is no result. */
  readonly always?: true;
  /** Which of the suite's own backends it is asked of: those that gauge the harness's clock, or the judge. */
  readonly gaugedBy?: 'clock' | 'judge';
  /** Whether it runs in batches of its own, and is shown beside the suites of another batch. */
  readonly ownBatch?: true;
  /** Whether it needs calls whose data stay on the device: `--io-binding` asks for it. */
  readonly resident?: true;
  /** The time of a round in milliseconds, whose interval over rounds a scheduler narrows. */
  interval?(result: R): number;
  /** Milliseconds of the first and of a later call, by which a larger input's visit is predicted. */
  calls?(result: R): { readonly first: number; readonly second: number } | undefined;
  /**
   * Of a suite that starts once more in a second page of the visit's browser: why this visit, after so many milliseconds,
   * has none; undefined where it has one.
   */
  noSecondPage?(measured: M, visit: Visit, elapsedMs: number): string | undefined;
  /** Milliseconds of a visit that later rounds do not repeat. */
  firstRoundOnly?(result: R): number;

  /** Times of one call, as queries of a scenario make them. */
  times?(figures: F): CallTimes;
  /** Why its figures stand on little; undefined where they do not. */
  few?(figures: F): string | undefined;
  peak?(figures: F): Peak;
  /** The check that decides the cell. */
  decisive?(figures: F): CheckRow | undefined;
  /** An output, to compare with other backends'. */
  logits?(figures: F): Logits | undefined;
};

/** Any suite: its members are methods, so results and figures of its own go in. */
export type AnySuite = Suite<Measured, Measured>;

/** Columns in a row of places. */
export const columnsFrom = <F>(
  place: number,
  columns: readonly (readonly [name: string, value: (figures: F, cell: CellFacts) => Value])[],
): Column<F>[] => columns.map(([name, value], i) => ({ name, place: place + i, value }));
