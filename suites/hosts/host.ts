import type { HostFacts, ProbeJob, ReplyTo, VisitJob } from '../contract/job.ts';

/** What a host is asked. A second page is its own affair. */
export type HostJob = VisitJob | ProbeJob;

/** How a job came back to the parent. */
export type HostOutcome<J extends HostJob> =
  | { readonly kind: 'reply'; readonly reply: ReplyTo<J>; readonly facts: HostFacts; readonly phase: string }
  | { readonly kind: 'crash'; readonly reason: string; readonly phase: string }
  | { readonly kind: 'timeout'; readonly seconds: number; readonly phase: string };

export type VisitOutcome = HostOutcome<VisitJob>;

/** Where jobs run: each in a fresh process or page, killed at `limitMs`. Never throws for a job's fault. */
export type Host = {
  run<J extends HostJob>(job: J, limitMs: number, onPhase: (phase: string) => void): Promise<HostOutcome<J>>;
  close(): Promise<void>;
};
