import type { Truths } from '../../reference/truthfile.ts';
import type { BackendModule, BackendRow, Tools } from './backend.ts';
import type { Caller } from './caller.ts';
import type { Checker } from './checker.ts';
import type { Calls, Opened } from './open.ts';
import type { Inspected } from './prove.ts';
import type { Measured, Visit, VisitResult } from './visit.ts';

/** A visit whose one session several suites measure, one after another, after its first two calls. */
export type SharedVisit = {
  readonly visit: Visit;
  readonly tools: Tools;
  /** By the tools' clock: samples and taps are given up to keep it. */
  readonly deadline: number;
  readonly opened: Opened;
  /** The first two calls, and what the page had done after each. */
  readonly calls: Calls;
  readonly caller: Caller;
  /** One more call as a phase of its own, in milliseconds. */
  timed(phase: string): Promise<number>;
  /** The first call's output. */
  readonly answer: ArrayLike<number>;
  /** Checks of all outputs so far. */
  readonly logits: Checker;
  truths(): Promise<Truths>;
  /** The placement's proof, and the taps where they are wanted: once in a session. */
  inspect(tapped: boolean): Promise<Inspected>;
};

/** When a shared session is measured: while it is called, after its last call, or beside the proof of its placement. */
export const STAGES = ['timed', 'steady', 'proof'] as const;
export type Stage = (typeof STAGES)[number];

/** What a suite that shares its session exports from `run.ts`. */
export type SharedRun = {
  readonly stage: Stage;
  /** Phases of its own in which no device is given back on purpose. */
  readonly phases: readonly string[];
  /** `asked` is false where it is measured only since a suite always is. */
  measure(shared: SharedVisit, asked: boolean): Promise<Measured>;
  /** What a second page of the visit's browser answers, where it has one. */
  secondPage?(visit: Visit, row: BackendRow, module: BackendModule, tools: Tools): Promise<Measured>;
};

/** What a suite with a dedicated session exports from `run.ts`. */
export type DedicatedRun = {
  readonly phases: readonly string[];
  visit(visit: Visit, row: BackendRow, module: BackendModule, tools: Tools): Promise<VisitResult>;
};

export type Run = SharedRun | DedicatedRun;
