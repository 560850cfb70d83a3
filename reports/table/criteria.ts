import type { Criterion } from '../../suites/contract/suite.ts';
import type { Interval } from '../../suites/stats/quantiles.ts';
import { SUITES } from '../../suites/suites.ts';
import { type Row, told } from './table.ts';

/** A criterion without the suite's own part. */
export type CriterionRow = Pick<Criterion<never>, 'id' | 'title' | 'unit' | 'place' | 'better'>;

/** The criterion that backends are ranked by. */
export const RANKED_BY = 'warm';

/** One criterion of each id, from the left. */
export const CRITERIA: readonly CriterionRow[] = [
  ...new Map(
    SUITES.flatMap(({ criteria }) => criteria as readonly CriterionRow[]).map((one) => [one.id, one] as const),
  ).values(),
].sort((a, b) => a.place - b.place);

/** What a cell says about a criterion. */
export type Score = {
  readonly row: Row;
  readonly value: number;
  readonly interval: Interval | undefined;
  readonly text: string;
};

/** A row's scores, by criterion. */
export const scoresOf = (row: Row): ReadonlyMap<string, Score> =>
  new Map(
    told(row, (suite, figures) =>
      suite.criteria.flatMap((one): [string, Score][] => {
        const value = one.value(figures);
        if (value === undefined) return [];
        return [[one.id, { row, value, interval: one.interval?.(figures), text: one.text(figures) }]];
      }),
    ),
  );
