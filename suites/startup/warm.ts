import type { VisitReply } from '../contract/visit.ts';
import type { Start, StartupResult } from './schema.ts';

/** Milliseconds from the start to the second answer. */
export const whole = ({ module, device, read, session, first, second }: Start): number =>
  module + (device ?? 0) + (read ?? 0) + session + first + second;

/** A warm start follows only where the cold start took at most this share of the visit's budget. */
const WARM_SHARE = 0.25;

/** Why the visit has no time for a warm start, or undefined. `budget` and `elapsed` are in milliseconds. */
export function tooDear(cold: Start, budget: number, elapsed: number): string | undefined {
  const took = whole(cold);
  if (took > WARM_SHARE * budget) return `the cold start took more than ${100 * WARM_SHARE} % of the visit's budget`;
  return elapsed + took > budget ? 'one more start would have exceeded the budget of this visit' : undefined;
}

export type Warm = NonNullable<StartupResult['warm']>;

/** The second page's start-up, as the `warm` part of the first page's result. */
export function warmOf(reply: VisitReply): Warm {
  if ('error' in reply) return { reason: reply.error };
  const [startup] = 'results' in reply ? reply.results : [];
  return (startup as StartupResult | undefined)?.warm ?? { reason: 'the page returned no start-up' };
}
