import type { Outcome, Status } from '../../suites/record/record.ts';

/** How a cell ended over its rounds; `not run` is a cell of the plan without a record. */
export type RowStatus = Status | 'not run';

/** From worst to best: what decides a cell whose rounds, or a session whose cells, disagree. */
export const STATUSES: readonly RowStatus[] = [
  ...(['crash', 'timeout', 'wrong', 'suspect', 'fallback'] as const),
  ...(['unsupported', 'not run', 'partial', 'ok'] as const),
];

/** The worst of some statuses; `not run` for none. */
export function worstStatus(statuses: readonly RowStatus[]): RowStatus {
  return STATUSES.find((status) => statuses.includes(status)) ?? 'not run';
}

/** Why a cell is not ok, and what would help. */
export type Reason = { readonly status: RowStatus; readonly reason: string; readonly fix: string | undefined };

export const NOT_RUN: Reason = {
  status: 'not run',
  reason: 'budget ended before its turn, or its visit would have ended after it',
  fix: 'run it alone, as below',
};

/** What an outcome says of itself; undefined where it is ok. */
export function reasonOf(outcome: Outcome): Reason | undefined {
  const { status } = outcome;
  switch (status) {
    case 'ok':
      return undefined;
    case 'wrong':
    case 'suspect':
    case 'fallback':
    case 'partial':
      return { status, reason: outcome.reason, fix: undefined };
    case 'unsupported':
      return { status, reason: outcome.reason, fix: outcome.fix };
    case 'crash':
      return { status, reason: `${outcome.reason} (in phase ${outcome.phase})`, fix: undefined };
    case 'timeout':
      return { status, reason: `no answer within ${outcome.seconds} s (in phase ${outcome.phase})`, fix: undefined };
  }
}
