import type { SecondPage } from '../contract/job.ts';
import type { Visit } from '../contract/visit.ts';
import type { SecondStart, Start, StartupResult } from './schema.ts';

/** Milliseconds from the start to the second answer. */
export const whole = ({ module, device, read, session, first, second }: Start): number =>
  module + (device ?? 0) + (read ?? 0) + session + first + second;

/** A warm start follows only where the cold start took at most this share of the visit's budget. */
const WARM_SHARE = 0.25;

/** Why the visit has no start in a second page, or undefined. `elapsedMs` is the time since the visit began. */
export function noSecondPage(cold: Start, { round, budgetMs }: Pick<Visit, 'round' | 'budgetMs'>, elapsedMs: number) {
  if (round > 0) return 'only the first round has one';
  const took = whole(cold);
  if (took > WARM_SHARE * budgetMs) return `the cold start took more than ${100 * WARM_SHARE} % of the visit's budget`;
  return elapsedMs + took > budgetMs ? 'one more start would have exceeded the budget of this visit' : undefined;
}

export type Warm = NonNullable<StartupResult['warm']>;

/** The second page's start-up, as the `warm` part of the first page's result. */
export function warmOf(page: SecondPage): Warm {
  if ('reason' in page) return page;
  const { suite, ...start } = page.answer as SecondStart;
  return start;
}
