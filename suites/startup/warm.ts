import type { SecondPage } from '../contract/job.ts';
import type { Visit } from '../contract/visit.ts';
import type { SecondStart, Start, StartupResult } from './schema.ts';

/** Milliseconds from nothing to the second answer. */
export const whole = ({ module, device, read, session, first, second }: Start): number =>
  module + (device ?? 0) + (read ?? 0) + session + first + second;

/** The largest share of a visit's budget that a cold start may take for a warm one to follow. */
const WARM_SHARE = 0.25;

/** Why a visit, so many milliseconds after it began, does not start once more in a second page, or undefined. */
export function noSecondPage(cold: Start, { round, budgetMs }: Pick<Visit, 'round' | 'budgetMs'>, elapsedMs: number) {
  if (round > 0) return 'it is made in the first round';
  const took = whole(cold);
  if (took > WARM_SHARE * budgetMs) return `the cold start took more than ${100 * WARM_SHARE} % of the visit's budget`;
  return elapsedMs + took > budgetMs ? 'one more start would have broken the budget of this visit' : undefined;
}

export type Warm = NonNullable<StartupResult['warm']>;

/** A second page's start, as the warm half of the first page's. */
export function warmOf(page: SecondPage): Warm {
  if ('reason' in page) return page;
  const { suite, ...start } = page.answer as SecondStart;
  return start;
}
