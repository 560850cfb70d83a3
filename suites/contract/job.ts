import type { Adapter, Placement } from '../record/placement.ts';
import type { ProcessCycles, ProcessMemory } from '../record/process.ts';
import type { BackendRow } from './backend.ts';
import type { PlayJob, PlayResult } from './play.ts';
import type { Measured, Visit, VisitResult, Workload } from './visit.ts';

/** The cells that one session answers. */
export type VisitJob = { readonly kind: 'visit'; readonly row: BackendRow; readonly visit: Visit };

/** One suite of a visit again, in a second page of the same browser, whose caches hold what the first page loaded. */
export type SecondPageJob = {
  readonly kind: 'second-page';
  readonly row: BackendRow;
  readonly visit: Visit;
  readonly suite: string;
};

/**
 * A network to run on inputs, each from a file of float32, in turn. Its taps are returned. `asMeasured`: in an untapped
 * session first, as a benchmark measures it.
 */
export type ProbeJob = {
  readonly kind: 'probe';
  readonly row: BackendRow;
  readonly workload: Workload;
  readonly inputs: readonly string[];
  readonly asMeasured: boolean;
};

/** Asks a page which adapter a backend's device is. No runtime is loaded. */
export type AdapterJob = { readonly kind: 'adapter'; readonly row: BackendRow };

/** A job for a child process or a page. */
export type SessionJob = VisitJob | SecondPageJob | ProbeJob | PlayJob | AdapterJob;

/** The name of an untapped session's output among a probe's. */
export const LOGITS = 'logits';

/** One call: which input, and outputs by stage, images as [N, C, H, W], as encodeFloats writes them: JSON has no NaN. */
export type ProbeCall = { readonly input: number; readonly outputs: { readonly [stage: string]: string } };
export type ProbeResult = {
  readonly placement: Placement;
  readonly calls: readonly ProbeCall[];
  /** Names of the WebAssembly files that were fetched; empty in Node. */
  readonly wasm: readonly string[];
};

type Answers = {
  readonly visit: VisitResult;
  readonly 'second-page': Measured;
  readonly probe: ProbeResult;
  readonly play: PlayResult;
  /** Null where the device has no adapter. */
  readonly adapter: { readonly adapter: Adapter | null };
};
export type AnswerTo<J extends SessionJob> = Answers[J['kind']];

/** Why a job failed, as text that can be sent from a page to its parent. */
export type JobFailure = { readonly error: string; readonly fix: string | undefined };

export type ReplyTo<J extends SessionJob> = AnswerTo<J> | JobFailure;

/** The answer of a second page, or why there is none. */
export type SecondPage = { readonly answer: Measured } | { readonly reason: string };

/** Facts about a visit that only the host knows. A suite's row completes its result with them. */
export type HostFacts = {
  /** Memory of the visit's processes at its measuring points. */
  readonly processes: readonly ProcessMemory[];
  /** The same after each cycle, for a visit with cycles. */
  readonly cycles: readonly ProcessCycles[];
  /** Null where no second page was requested. */
  readonly secondPage: SecondPage | null;
};
