import type { AdapterJob, HostFacts, ProbeJob, ReplyTo, VisitJob } from '../contract/job.ts';
import type { PlayJob } from '../contract/play.ts';
import type { Measured } from '../contract/visit.ts';

/** Jobs for a host. The host decides about a second page itself. */
export type HostJob = VisitJob | ProbeJob | PlayJob | AdapterJob;

/** The outcome of a job. */
export type HostOutcome<J extends HostJob> =
  | { readonly kind: 'reply'; readonly reply: ReplyTo<J>; readonly facts: HostFacts; readonly phase: string }
  | { readonly kind: 'crash'; readonly reason: string; readonly phase: string }
  | { readonly kind: 'timeout'; readonly seconds: number; readonly phase: string };

export type VisitOutcome = HostOutcome<VisitJob>;

/**
 * Runs jobs, each in a fresh process or page, killed after `limitMs`. Never throws because of a job's fault. `onPart`
 * receives the parts of a result that a visit hands over before it ends.
 */
export type Host = {
  run<J extends HostJob>(
    job: J,
    limitMs: number,
    onPhase: (phase: string) => void,
    onPart?: (part: Measured) => void,
  ): Promise<HostOutcome<J>>;
  close(): Promise<void>;
};
