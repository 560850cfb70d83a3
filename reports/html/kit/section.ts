import type { Figures, FiguresOf } from '../../../suites/suites.ts';
import type { Comparison } from '../../compare/compare.ts';
import type { Row, Subject } from '../../table/table.ts';
import type { Content } from './markup.ts';
import { empty, type Page } from './parts.ts';
import { type PanelRow, panels } from './rows.ts';

/** A part of the page: its anchor, its title, and what it shows. */
export type Section = {
  readonly id: string;
  readonly title: string;
  /** Whether it has anything to show; otherwise `render` says how to get it. */
  has(page: Page, comparison: Comparison | undefined): boolean;
  render(page: Page, comparison: Comparison | undefined): Content;
};

/** What a suite's section shows: all rows of the suite, and those of networks with figures, by network. */
type Shown<S extends Figures['suite']> = Page & {
  readonly rows: readonly Row[];
  readonly shown: readonly { readonly subject: Subject; readonly rows: readonly PanelRow<FiguresOf<S>>[] }[];
};

/** A suite's section. Where the run has no figures of it, the section says how to measure them. */
export const suiteSection = <S extends Figures['suite']>(row: {
  /** The suite, whose id is the anchor. */
  readonly suite: S;
  readonly title: string;
  /** Subject and verb of `… not measured in this run`. */
  readonly missing: string;
  /** The query that measures it. */
  readonly query: string;
  content(shown: Shown<S>): Content;
}): Section => ({
  id: row.suite,
  title: row.title,
  has: ({ table }) => table.rows.some(({ cell, measure }) => cell.suite === row.suite && measure !== undefined),
  render(page) {
    const rows = page.table.rows.filter(({ cell }) => cell.suite === row.suite);
    const shown = panels(page.table, row.suite);
    return shown.length === 0 ? empty(rows, row.missing, row.query) : row.content({ ...page, rows, shown });
  },
});
