import { NONE } from '../../suites/stats/format.ts';
import { SUITES } from '../../suites/suites.ts';
import { factsOf, first, type SessionRows, told } from '../table/table.ts';
import { plain } from './lines.ts';

export type Column = {
  readonly title: string;
  readonly right: boolean;
  /** Columns with a higher number go first where the width is short. */
  readonly spare: number;
  /** What the figure is, where the title does not say it. */
  readonly legend: string | undefined;
  text(session: SessionRows): string;
};

/** The headline of some title, of the first of a session's rows whose suite has one to tell. */
const headline = (session: SessionRows, title: string): string =>
  first(SUITES, ({ id }) => {
    const row = session.rows.find(({ cell }) => cell.suite === id);
    return told(
      row,
      (suite, figures) => row && suite.headlines.find((one) => one.title === title)?.text(figures, factsOf(row)),
    );
  }) ?? NONE;

/** One headline of each title, in the order of places. */
const headlines = new Map(
  SUITES.flatMap((suite) => suite.headlines)
    .sort((a, b) => a.place - b.place)
    .map((one) => [one.title, one]),
);

/** The table's columns. */
export const COLUMNS: readonly Column[] = [
  { title: 'backend', right: false, spare: 0, legend: undefined, text: (session) => plain(session.backend) },
  { title: 'status', right: false, spare: 0, legend: undefined, text: (session) => session.status },
  ...[...headlines.values()].map(
    ({ title, spare, legend }): Column => ({
      title,
      right: true,
      spare,
      legend,
      text: (session) => headline(session, title),
    }),
  ),
];
