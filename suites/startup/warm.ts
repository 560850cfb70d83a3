import type { VisitReply } from '../contract/visit.ts';
import type { Start, StartupResult } from './schema.ts';

/** Milliseconds from nothing to the second answer. */
export const whole = ({ module, device, read, session, first, second }: Start): number =>
  module + (device ?? 0) + (read ?? 0) + session + first + second;

/** The largest share of a visit's budget that a cold start may take for a warm one to follow. */
const WARM_SHARE = 0.25;

/** Why a visit of so many milliseconds cannot afford to start once more, or undefined. */
export function tooDear(cold: Start, budget: number, elapsed: number): string | undefined {
  const took = whole(cold);
  if (took > WARM_SHARE * budget) return `the cold start took more than ${100 * WARM_SHARE} % of the visit's budget`;
  return elapsed + took > budget ? 'one more start would have broken the budget of this visit' : undefined;
}

export type Warm = NonNullable<StartupResult['warm']>;

/** What a second page answered: its own start, as the warm half of the first page's. */
export function warmOf(reply: VisitReply): Warm {
  if ('error' in reply) return { reason: reply.error };
  const [startup] = 'results' in reply ? reply.results : [];
  return (startup as StartupResult | undefined)?.warm ?? { reason: 'the page sent no start-up' };
}
