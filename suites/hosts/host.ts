import type { BackendRow } from '../backend.ts';
import type { Visit, VisitReply } from '../visit.ts';

/** How a visit came back to the parent. */
export type VisitOutcome =
  | { readonly kind: 'reply'; readonly reply: VisitReply; readonly phase: string }
  | { readonly kind: 'crash'; readonly reason: string; readonly phase: string }
  | { readonly kind: 'timeout'; readonly seconds: number; readonly phase: string };

/** Where visits run: each in a fresh process or page, killed at `limit` milliseconds. Never throws for a visit's fault. */
export type Host = {
  run(visit: Visit, row: BackendRow, limit: number, onPhase: (phase: string) => void): Promise<VisitOutcome>;
  close(): Promise<void>;
};
