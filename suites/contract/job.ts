import type { Placement } from '../record/placement.ts';
import type { ProcessCycles, ProcessMemory } from '../record/process.ts';
import type { BackendRow } from './backend.ts';
import type { Measured, Visit, VisitResult, Workload } from './visit.ts';

/** The cells that one session answers. */
export type VisitJob = { readonly kind: 'visit'; readonly row: BackendRow; readonly visit: Visit };

/** One suite of a visit once more, in a second page of its browser, whose caches hold what the first page loaded. */
export type SecondPageJob = {
  readonly kind: 'second-page';
  readonly row: BackendRow;
  readonly visit: Visit;
  readonly suite: string;
};

/** A network to run on one input, from a file of float32: its taps are sent back. */
export type ProbeJob = {
  readonly kind: 'probe';
  readonly row: BackendRow;
  readonly workload: Workload;
  readonly input: string;
};

/** What a child or a page is asked. */
export type SessionJob = VisitJob | SecondPageJob | ProbeJob;

/** Outputs by node, images as [N, C, H, W], as encodeFloats writes them: JSON has no NaN. */
export type ProbeResult = { readonly placement: Placement; readonly outputs: { readonly [node: string]: string } };

type Answers = {
  readonly visit: VisitResult;
  readonly 'second-page': Measured;
  readonly probe: ProbeResult;
};
export type AnswerTo<J extends SessionJob> = Answers[J['kind']];

/** Why a job failed, in words that pass from a page to its parent. */
export type JobFailure = { readonly error: string; readonly fix: string | undefined };

export type ReplyTo<J extends SessionJob> = AnswerTo<J> | JobFailure;

/** What a second page answered, or why there is no answer. */
export type SecondPage = { readonly answer: Measured } | { readonly reason: string };

/** What only a host knows of a visit: a suite's row completes its result with it. */
export type HostFacts = {
  /** Memory of its processes at the points of the visit. */
  readonly processes: readonly ProcessMemory[];
  /** The same after each cycle of a visit that has some. */
  readonly cycles: readonly ProcessCycles[];
  /** Null where no second page was asked for. */
  readonly secondPage: SecondPage | null;
};
