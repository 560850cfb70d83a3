import { decodeFloats } from '../../reference/float32.ts';
import type { BackendRow } from '../contract/backend.ts';
import type { FuzzNetwork, Played } from '../contract/play.ts';
import type { Place } from '../engine/hosts.ts';
import { phaseOf } from './play.ts';

/**
 * What became of a network: its outputs in the backend's layout, or the message that it ended with; lost where crashes of
 * others took its outputs along.
 */
export type PlayOutcome =
  | { readonly kind: 'outputs'; readonly outputs: readonly Float32Array[] }
  | { readonly kind: 'threw'; readonly reason: string; readonly fix: string | undefined }
  | { readonly kind: 'crash'; readonly reason: string }
  | { readonly kind: 'lost' };

/** How networks are run: sessions that stay open beside the next, and how long networks are begun. */
export type Play = { readonly alive: number; readonly budgetMs: number };

/** Runs networks in order and returns what became of those that were begun. Throws where the backend does not start. */
export type Player = (networks: readonly FuzzNetwork[], play: Play) => Promise<readonly PlayOutcome[]>;

/** Crashes in one call, after which no other process or page is started. */
const MOST_CRASHES = 5;

/** Milliseconds for networks that a crash took along, at least. */
const AGAIN_MS = 20_000;

/** Milliseconds beyond the budget after which the network in work hangs. */
const HANG_MS = 60_000;

function outcomeOf(played: Played): PlayOutcome {
  if ('error' in played) return { kind: 'threw', reason: played.error, fix: played.fix };
  return { kind: 'outputs', outputs: played.outputs.map(decodeFloats) };
}

/** One job: what it answered, or how it ended and which network was in work then; undefined where none was. */
type JobEnding =
  | { readonly played: readonly PlayOutcome[] }
  | { readonly reason: string; readonly at: number | undefined };

async function runJob(
  { row, place }: { readonly row: BackendRow; readonly place: Place },
  networks: readonly FuzzNetwork[],
  { alive, budgetMs }: Play,
): Promise<JobEnding> {
  let at: number | undefined;
  const phases = new Map(networks.map((_, index) => [phaseOf(index), index]));
  const job = { kind: 'play', row, networks, alive, budgetMs } as const;
  const outcome = await place.host.run(job, budgetMs + HANG_MS, (phase) => {
    at = phases.get(phase) ?? at;
  });
  if (outcome.kind === 'crash') return { reason: outcome.reason, at };
  if (outcome.kind === 'timeout') return { reason: `no answer within ${outcome.seconds} s`, at };
  const { reply } = outcome;
  // A backend that does not start, or a lost device.
  if ('error' in reply) return { reason: reply.error.split('\n')[0] ?? '', at };
  return { played: reply.played.map(outcomeOf) };
}

/**
 * A player that runs networks on a backend, many in one process or page. Where that crashes or hangs, the network in
 * work is to blame, and the others are run in a fresh one.
 */
export function player(row: BackendRow, place: Place): Player {
  return async (networks, { alive, budgetMs }) => {
    const deadline = performance.now() + budgetMs;
    const outcomes = new Map<number, PlayOutcome>();
    let crashes = 0;
    /** Ranges of networks that are still to be run. Those that a crash took along were begun, so time is left for them. */
    const ranges: { from: number; to: number; begun: boolean }[] = [{ from: 0, to: networks.length, begun: true }];
    for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) {
      const { from, to, begun } = range;
      const left = deadline - performance.now();
      if (from >= to || (!begun && left < 0)) continue;
      const ended = await runJob({ row, place }, networks.slice(from, to), {
        alive,
        budgetMs: Math.max(left, begun && outcomes.size > 0 ? AGAIN_MS : 1),
      });
      if ('played' in ended) {
        for (const [index, outcome] of ended.played.entries()) outcomes.set(from + index, outcome);
        // It ended early: at its budget, or after many failures, which another process or page may not have.
        if (ended.played.length > 0) ranges.unshift({ from: from + ended.played.length, to, begun: false });
      } else if (ended.at === undefined) {
        throw new Error(`${row.id}: ${ended.reason}`);
      } else {
        const at = from + ended.at;
        outcomes.set(at, { kind: 'crash', reason: ended.reason });
        if (++crashes < MOST_CRASHES) ranges.unshift({ from, to: at, begun: true }, { from: at + 1, to, begun: false });
      }
    }
    const begun = Math.max(-1, ...outcomes.keys()) + 1;
    return Array.from({ length: begun }, (_, at) => outcomes.get(at) ?? { kind: 'lost' });
  };
}
