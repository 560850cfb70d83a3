import type { BackendRow } from '../contract/backend.ts';
import type { Visit, VisitReply } from '../contract/visit.ts';
import type { LeakResult } from '../leak/schema.ts';
import type { MemoryResult } from '../memory/schema.ts';
import type { ProcessCycles, ProcessMemory } from '../record/process.ts';

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

/** Phases whose beginning is a point in a process' memory. */
export const isPoint = (phase: string): phase is 'baseline' | 'opened' | 'steady' | 'closed' =>
  ['baseline', 'opened', 'steady', 'closed'].includes(phase);

/** What a host read of its processes' memory. */
export type MemoryOf = { processes(): ProcessMemory[]; cycles(): ProcessCycles[] };

/** Adds what the host read to the results that it belongs to. */
export function addMemory(reply: VisitReply, memory: MemoryOf): void {
  if (!('results' in reply)) return;
  for (const result of reply.results) {
    if (result.suite === 'memory') (result as MemoryResult).processes.push(...memory.processes());
    if (result.suite === 'leak') (result as LeakResult).processes.push(...memory.cycles());
  }
}
