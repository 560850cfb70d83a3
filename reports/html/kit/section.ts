import type { Figures, FiguresOf } from '../../../suites/suites.ts';
import type { Comparison } from '../../compare/compare.ts';
import type { Row, Table } from '../../table/table.ts';
import { legend } from './chart.ts';
import { type Content, html, type Markup } from './markup.ts';
import { withoutAnywhere } from './missing.ts';
import { empty, figures, type Page, type Sheet } from './parts.ts';
import { type Layout, type Panel, type PanelRow, panels, plotsOf } from './rows.ts';

/** A part of the page: its anchor, its title, and what it shows. */
export type Section = {
  readonly id: string;
  readonly title: string;
  /** Whether it has anything to show; otherwise `render` says how to get it. */
  has(page: Page, comparison: Comparison | undefined): boolean;
  render(page: Page, comparison: Comparison | undefined): Content;
  /** What the view of a cell shows of it, for a page of that cell alone: figures, without what the section explains. */
  cell?(page: Page): Content;
};

/** What a suite's section shows: the rows of the suite that have figures, and the same by network. */
type Shown<S extends Figures['suite']> = Page & {
  readonly rows: readonly Row[];
  readonly shown: readonly Panel<FiguresOf<S>>[];
};

/** A suite's section. Where the run has no figures of it, the section says how to measure them. */
export function suiteSection<S extends Figures['suite']>(row: {
  /** The suite, whose id is the anchor. */
  readonly suite: S;
  readonly title: string;
  /** Subject and verb of `… not measured in this run`. */
  readonly missing: string;
  /** The query that measures it. */
  readonly query: string;
  /** What is measured, in a sentence or two. */
  readonly intro: string;
  readonly legend: readonly Markup[] | ((page: Page) => readonly Markup[]);
  readonly layout: Layout;
  plot(label: string, rows: readonly PanelRow<FiguresOf<S>>[], palette: Page['palette'], page: Page): Markup;
  /** Rows that are drawn; all where absent. */
  isDrawn?(row: Row): boolean;
  /** How the figures come about. */
  notes(shown: Shown<S>): Content;
  /** All figures; where absent, `more` has them. */
  sheet?(rows: readonly Row[], table: Table): Sheet;
  readonly more?: (shown: Shown<S>) => Content;
  /** What the view of a cell shows; the plot and all figures where absent. */
  readonly cell?: (shown: Shown<S>) => Content;
}): Section {
  const shownOf = (page: Page): Shown<S> => ({
    ...page,
    rows: page.table.rows.filter(({ cell, measure }) => cell.suite === row.suite && measure !== undefined),
    shown: panels(page.table, row.suite),
  });
  const plots = ({ shown, ...page }: Shown<S>): Markup => {
    const drawn = shown.map((one) => ({ ...one, rows: one.rows.filter((of) => row.isDrawn?.(of.row) ?? true) }));
    return plotsOf(
      drawn.filter(({ rows }) => rows.length > 0),
      (label, rows) => row.plot(label, rows, page.palette, page),
      row.layout,
    );
  };
  const key = (page: Page): Markup => legend(typeof row.legend === 'function' ? row.legend(page) : row.legend);
  return {
    id: row.suite,
    title: row.title,
    has: ({ table }) => table.rows.some(({ cell, measure }) => cell.suite === row.suite && measure !== undefined),
    render(page) {
      const planned = page.table.rows.filter(({ cell }) => cell.suite === row.suite);
      const own = shownOf(page);
      if (own.shown.length === 0) return empty(planned, row.missing, row.query);
      return html`<p>${row.intro}</p>
${key(page)}
${plots(own)}
${withoutAnywhere(planned)}
<p class="small soft">${row.notes(own)}</p>
${row.sheet ? figures(row.sheet(own.rows, page.table).table()) : ''}${row.more?.(own)}`;
    },
    cell(page) {
      const own = shownOf(page);
      if (row.cell !== undefined) return row.cell(own);
      return html`${key(page)}${plots(own)}${row.sheet?.(own.rows, page.table).facts()}`;
    },
  };
}
