import type { Truths } from '../../reference/truthfile.ts';
import type { BackendModule, BackendRow, Tools } from './backend.ts';
import type { Caller } from './caller.ts';
import type { Checker } from './checker.ts';
import type { Calls, Opened } from './open.ts';
import type { Inspected } from './prove.ts';
import type { Measured, Visit, VisitResult } from './visit.ts';

/** A visit with one session that several suites measure in turn, after its first two calls. */
export type SharedVisit = {
  readonly visit: Visit;
  readonly row: BackendRow;
  readonly tools: Tools;
  /** The inputs that calls alternate between. */
  readonly inputs: readonly Float32Array[];
  /** By the tools' clock, in milliseconds. Samples and taps are skipped to keep it. */
  readonly deadline: number;
  readonly opened: Opened;
  /** The first two calls, and what the page had done after each. */
  readonly calls: Calls;
  readonly caller: Caller;
  /** Makes one more call as a phase of its own. Resolves with its milliseconds. */
  timed(phase: string): Promise<number>;
  /** The first call's output. */
  readonly answer: ArrayLike<number>;
  /** Checks of all outputs so far. */
  readonly logits: Checker;
  truths(): Promise<Truths>;
  /** Proves the placement, and compares the taps of these inputs, by index. Done once per session. */
  inspect(tapped: readonly number[]): Promise<Inspected>;
};

/**
 * When a suite measures a shared session: during its calls, after its last call, or together with the proof of its
 * placement.
 */
export const STAGES = ['timed', 'steady', 'proof'] as const;
export type Stage = (typeof STAGES)[number];

/** What a suite that shares its session exports from `run.ts`. */
export type SharedRun = {
  readonly stage: Stage;
  /** Its own phases in which no device is released on purpose. */
  readonly phases: readonly string[];
  /** `asked` is false where the suite was not requested but is always measured. */
  measure(shared: SharedVisit, asked: boolean): Promise<Measured>;
  /** The measurement in a second page of the visit's browser, for a suite that has one. */
  secondPage?(visit: Visit, row: BackendRow, module: BackendModule, tools: Tools): Promise<Measured>;
};

/** What a suite with a dedicated session exports from `run.ts`. */
export type DedicatedRun = {
  readonly phases: readonly string[];
  visit(visit: Visit, row: BackendRow, module: BackendModule, tools: Tools): Promise<VisitResult>;
};

export type SuiteRun = SharedRun | DedicatedRun;
