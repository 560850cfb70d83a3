import type { z } from 'zod';
import type { Work } from '../../reference/analysis.ts';
import type { Logits } from '../record/check.ts';
import type { CheckRow } from '../record/check-row.ts';
import type { Interval } from '../stats/quantiles.ts';
import type { Warning } from '../stats/steady.ts';
import type { Change } from './change.ts';
import type { HostFacts } from './job.ts';
import type { SuiteRun } from './run.ts';
import type { ClassifiedBefore, Measured, Visit } from './visit.ts';

/**
 * A suite's verdict on its own result; undefined where nothing is wrong and all that was planned ran. `wrong`: an output
 * that no right implementation gives. `suspect`: an output beyond what right implementations give, which is not proven
 * wrong; the reason says what would decide it. `partial`: what ran is right, and a part did not run: the reason counts it.
 */
export type Finding =
  | { readonly status: 'wrong' | 'suspect' | 'unsupported' | 'partial'; readonly reason: string }
  | { readonly status: 'crash'; readonly reason: string; readonly phase: string }
  | undefined;

/** Facts about the cell that a column may use besides the figures. */
export type CellFacts = {
  /** `architecture.tag` */
  readonly model: string;
  /** Images per call. */
  readonly batch: number;
  /** Whether the backend computes anything: `null` measures the harness. */
  readonly computes: boolean;
};

export type Value = string | number | boolean | null | undefined;

/** A column of the CSV. Several suites may fill one. Its name carries its unit. */
export type Column<F> = {
  readonly name: string;
  /** Its position, from 0. It never changes, since readers may use positions. */
  readonly place: number;
  value(figures: F, cell: CellFacts): Value;
};

/** A column of the summary in a terminal. Several suites may share one: the first that has a text fills it. */
export type Headline<F> = {
  readonly title: string;
  /** Its position among the others, from the left. */
  readonly place: number;
  /** Columns with a higher number are dropped first where the width is short. */
  readonly spare: number;
  /** Explanation of the figure, shown below the table, where the title is not enough. */
  readonly legend?: string;
  /** Undefined where the figures have no such value. */
  text(figures: F, cell: CellFacts): string | undefined;
};

/**
 * A figure by which a backend is chosen: a column of the decision table and an axis of its plots. Several suites may share
 * one: the first that has a value gives it.
 */
export type Criterion<F> = {
  /** `warm`, `peak`: what links and plots name it by. Backends are ranked by `warm`. */
  readonly id: string;
  readonly title: string;
  /** Empty for a ratio. */
  readonly unit: string;
  /** Its position among the others, from the left. */
  readonly place: number;
  readonly better: 'less' | 'more';
  /** In its unit; undefined where the figures have none. */
  value(figures: F): number | undefined;
  /** The interval of the value, where it has one. */
  interval?(figures: F): Interval | undefined;
  /** The value as text, without its unit. */
  text(figures: F): string;
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
  /** Largest number of calls that a sample is the mean of. */
  readonly batch: number;
  /** Clock resolution as a share of a sample's time. */
  readonly resolution: number;
  readonly work: Work;
  readonly warnings: readonly Warning[];
  /** Why the figure rests on too little data, or undefined. */
  readonly few: string | undefined;
};

/** What a visit measured in a phase, in order of time; the last ended with the phase. In milliseconds. */
export type PhaseParts = {
  readonly phase: string;
  readonly parts: readonly { readonly name: string; readonly ms: number }[];
};

/** Bytes of a process where a phase begins. */
export type PhaseBytes = { readonly phase: string; readonly process: string; readonly bytes: number };

/** A check by its place in the graph: the tensor or layer in words, and its error. */
export type DepthCheck = {
  readonly name: string;
  readonly check: CheckRow;
  /** The operators of a layer that ran alone; absent for a tensor of the whole network. */
  readonly ops?: readonly string[];
};

/** The peak of a device: operations and bytes per second. Undefined where noise is larger than the kernels' time. */
export type Peak = { readonly flops: number | undefined; readonly bandwidth: number | undefined };

/** Converts a measured result to one for the run file. Needed where the two types differ. */
type Completion<R extends Measured, M extends Measured> = {
  complete(measured: M, facts: HostFacts): R;
};

/**
 * One question that a session answers. `R` is the result in the run file, `F` the figures over the rounds of a cell,
 * `M` what `run.ts` measures before the host adds to it. Nothing outside of the table names a suite: code that needs a
 * property of a suite reads a member of its row.
 */
export type Suite<R extends Measured, F extends Measured, M extends Measured = R> = SuiteRow<R, F, M> &
  ([M] extends [R] ? Partial<Completion<R, M>> : Completion<R, M>);

type SuiteRow<R extends Measured, F extends Measured, M extends Measured> = {
  readonly id: R['suite'] & F['suite'];
  readonly question: string;
  /**
   * What it runs on: networks, only networks with trained weights, or chains of one kernel that measure a device's
   * peak.
   */
  readonly of: 'networks' | 'trained' | 'kernels';
  /** Whether its result is the same in every round, so that one round is enough. */
  readonly once: boolean;
  /** Whether it has a dedicated session. All other suites of one model, batch and backend share one. */
  readonly dedicated: boolean;
  /** The time limit of its visits, as a multiple of the profile's. */
  readonly timeoutFactor: number;
  /** Whether its cells can be wrong, because outputs of their session are checked. */
  readonly judged: boolean;
  /** Files that its visits get, besides a checkpoint. */
  readonly files: readonly ('export' | 'truth' | 'images')[];
  /** Images per call where a query does not say. */
  readonly batch: number;
  /** Schema of its result in the run file. */
  readonly schema: z.ZodType<R>;
  /** What a visit runs: `suites/ID/run.ts`. A host imports it by the folder's name, like a backend's binding. */
  run(): Promise<SuiteRun>;
  /** The verdict on a result. `wrong` and `suspect` apply to all cells of the session. */
  verdict(result: R): Finding;
  /** Aggregates the results of a cell's rounds; undefined where they have no figures. Called with at least one. */
  figures(results: readonly R[]): F | undefined;
  readonly columns: readonly Column<F>[];
  readonly headlines: readonly Headline<F>[];
  readonly criteria: readonly Criterion<F>[];
  /** How two runs are compared. */
  readonly change: Change<F>;

  /**
   * The verdict on the part of a result that comes from a session of its own, such as a second page. It applies to the
   * suite's own cell only.
   */
  verdictApart?(result: R): Finding;
  /**
   * The verdict on a result beside those of other backends for the same case in the same run, where theirs prove it
   * `wrong`. It applies where the result alone is not worse.
   */
  across?(own: R, others: readonly R[]): Finding;
  /** The class of each image that a result is of, in order: what visits of later backends compare theirs with. */
  answers?(result: R): readonly number[] | undefined;
  /** Measured in every shared session, requested or not, because times of wrong answers are worthless. */
  readonly always?: true;
  /** On which of the project's own backends it runs: those that test the harness's clock, or the judge. */
  readonly gaugedBy?: 'clock' | 'judge';
  /** Whether it has its own batch size, and is shown together with suites of another batch size. */
  readonly ownBatch?: true;
  /** Whether it needs calls whose data stay on the device. `--io-binding` requests it. */
  readonly resident?: true;
  /**
   * Completes a result that an older version wrote, before its schema is checked. Given also the cell's id. Throws where
   * something needed follows from neither.
   */
  upgrade?(result: { readonly [name: string]: unknown }, id: string): { readonly [name: string]: unknown };
  /**
   * Joins the results of a cell whose work is split over shards, such as its images. Given at least one, in any order.
   */
  joinParts?(results: readonly R[]): R;
  /**
   * What parts of a result say, which an interrupted visit handed over, for the visit that goes on after them; undefined
   * where they are not the first images in a row. Given at least one.
   */
  continued?(parts: readonly R[]): ClassifiedBefore | undefined;
  /** Whether a second visit, with `images.explains`, is to explain a result of this visit. */
  isUnexplained?(result: R, visit: Visit): boolean;
  /** A result with what that visit sent; undefined where it sent no explanation. */
  explainedBy?(result: R, sent: unknown): R | undefined;
  /** The time of a round in milliseconds. With `--within`, rounds are added until its interval is narrow enough. */
  interval?(result: R): number;
  /**
   * For a suite that also runs in a second page of the visit's browser: why this visit has no second page, or undefined
   * where it has one. `elapsedMs` is the time since the visit began.
   */
  noSecondPage?(measured: M, visit: Visit, elapsedMs: number): string | undefined;
  /** Milliseconds of a visit that later rounds do not repeat. */
  firstRoundOnly?(result: R): number;

  /** What the visit of a result measured, by phase, for a trace. */
  timeline?(result: R): readonly PhaseParts[];
  /** Memory at the begin of phases, for a trace. */
  memoryAt?(result: R): readonly PhaseBytes[];
  /** Times of one call, for the metrics of scenarios. */
  times?(figures: F): CallTimes;
  /** What the reader should do about the figures, in one sentence; undefined where there is nothing. */
  advice?(figures: F): string | undefined;
  /** Why its figures rest on too little data; undefined where they do not. */
  few?(figures: F): string | undefined;
  peak?(figures: F): Peak;
  /** The checks of its tensors or layers, in the order of the graph. */
  depth?(figures: F): readonly DepthCheck[];
  /** The check that decides the cell. */
  decisive?(figures: F): CheckRow | undefined;
  /** An output, for comparison with other backends. */
  logits?(figures: F): Logits | undefined;
};

/** What suites that share a session have in common: one visit answers them all, in every round. */
export const SHARED_SESSION = {
  of: 'networks',
  once: false,
  dedicated: false,
  timeoutFactor: 1,
  judged: true,
  files: ['export', 'truth'],
  batch: 1,
} as const satisfies Partial<AnySuite>;

/** Any suite. Its members are methods, so that a suite with its own result and figures is assignable. */
export type AnySuite = Suite<Measured, Measured>;

/** Columns at consecutive positions, from `place` on. */
export const columnsFrom = <F>(
  place: number,
  columns: readonly (readonly [name: string, value: (figures: F, cell: CellFacts) => Value])[],
): Column<F>[] => columns.map(([name, value], i) => ({ name, place: place + i, value }));
