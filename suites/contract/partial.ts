import { count } from '../stats/format.ts';
import type { Finding } from './suite.ts';

/** Why a visit ends before all that it planned ran, and what gives it more time. */
export const BUDGET_ENDED = 'the budget of this visit ended (--profile full gives it more)';

/** `partial` where the ends of stages were not checked, and why. */
export const untappedFinding = (untapped: string | undefined): Finding =>
  untapped === undefined
    ? undefined
    : { status: 'partial', reason: `not all ends of stages were checked: ${untapped}; nothing is wrong in what ran` };

/**
 * `partial`, with a count, where fewer of a suite's parts ran than it planned; undefined where all did. To be asked last:
 * a part that ran and is wrong decides.
 */
export const partial = (ran: number, planned: number, part: string): Finding =>
  ran >= planned
    ? undefined
    : {
        status: 'partial',
        reason: `${planned - ran} of ${count(planned, part)} did not run: ${BUDGET_ENDED}; nothing is wrong in what ran`,
      };
