import * as Plot from '@observablehq/plot';
import type { Interval } from '../../../suites/stats/quantiles.ts';
import type { Figures, FiguresOf } from '../../../suites/suites.ts';
import { sessionsOf } from '../../table/lookup.ts';
import { measured, type Row, rowOf, type SessionRows, type Subject, type Table } from '../../table/table.ts';
import { clipped } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { withoutHere } from './missing.ts';

/** A backend's row in a panel, and its figures. */
export type PanelRow<M> = { readonly session: SessionRows; readonly row: Row; readonly figures: M };

/** A network's rows with figures, and those without. */
export type Panel<M> = {
  readonly subject: Subject;
  readonly rows: readonly PanelRow<M>[];
  readonly missing: readonly Row[];
};

/** The rows of each subject for a suite, in plan order; subjects without figures are left out. */
export function panels<S extends Figures['suite']>(table: Table, suite: S): Panel<FiguresOf<S>>[] {
  return table.subjects.flatMap((subject) => {
    const all = sessionsOf(table, subject).flatMap((session) => {
      const row = rowOf(session, suite);
      return row ? [{ session, row, figures: measured(row, suite) }] : [];
    });
    const rows = all.flatMap(({ figures, ...one }) => (figures === undefined ? [] : [{ ...one, figures }]));
    const missing = all.flatMap(({ figures, row }) => (figures === undefined ? [row] : []));
    return rows.length > 0 ? [{ subject, rows, missing }] : [];
  });
}

/** A value on its backend's row. A hollow dot is not ok, or of another kind. */
export type Mark = {
  readonly backend: string;
  readonly value: number;
  readonly interval: Interval | undefined;
  readonly hollow: boolean;
  readonly title: string;
};

/** Dots on their intervals. `outline` widens the dots, `dy` moves all off the middle of the row. */
export function intervals(
  marks: readonly Mark[],
  palette: (backend: string) => string,
  { r = 4, width = 2.5, outline = 1.5, dy = 0 } = {},
): Plot.Markish[] {
  const color = ({ backend }: Mark) => palette(backend);
  return [
    Plot.ruleY(
      marks.filter(({ interval }) => interval !== undefined),
      {
        y: 'backend',
        x1: ({ interval, value }: Mark) => interval?.[0] ?? value,
        x2: ({ interval, value }: Mark) => interval?.[1] ?? value,
        stroke: color,
        strokeWidth: width,
        dy,
      },
    ),
    Plot.dot(marks, {
      ...{ x: 'value', y: 'backend', r, dy, title: 'title' },
      ...(outline > 0 ? { stroke: color, strokeWidth: outline } : {}),
      fill: (mark: Mark) => (mark.hollow ? 'var(--bg)' : color(mark)),
    }),
  ];
}

/** Plots of a section: more would make a page that no browser shows. */
const MOST_PLOTS = 100;

/** Plots side by side; broader ones, side by side where there is room; or one below the other. */
export type Layout = 'panels' | 'broad' | 'wide';

/** A plot of each subject under its name, the backends without figures in a line, and how many were left out. */
export function plotsOf<M>(
  shown: readonly Panel<M>[],
  plot: (label: string, rows: readonly PanelRow<M>[]) => Markup,
  layout: Layout,
): Markup {
  const more = shown.length - MOST_PLOTS;
  const plots = shown
    .slice(0, MOST_PLOTS)
    .map(
      ({ subject, rows, missing }) =>
        html`<figure><h3>${subject.label}</h3><div class="scroll">${plot(subject.label, rows)}</div>${withoutHere(missing)}</figure>`,
    );
  return html`<div class="panels ${layout}">${plots}</div>${more > 0 ? html`<p class="empty">${more} more networks are not drawn: the table has their figures.</p>` : ''}`;
}

/** A figure at the right end of each row, under a heading that carries its unit. */
export const values = <M>(
  rows: readonly PanelRow<M>[],
  heading: string,
  text: (figures: M) => string,
): Plot.Markish[] =>
  column(
    heading,
    rows.map((one) => ({ y: one.session.backend, text: text(one.figures) })),
  );

/** Texts at the right ends of rows, under a heading. */
export const column = (heading: string, texts: readonly { readonly y: string; readonly text: string }[]) => [
  Plot.text(texts, { y: 'y', text: 'text', frameAnchor: 'right', textAnchor: 'end', dx: 66, fill: 'var(--soft)' }),
  Plot.text([heading], { frameAnchor: 'top-right', textAnchor: 'end', dx: 66, dy: -16, fill: 'var(--soft)' }),
];

/** A thin line for each row, and its backend's name. */
export const rowRules = <M>(rows: readonly PanelRow<M>[]): Plot.Markish[] => [
  Plot.ruleY(rows, { y: (one: PanelRow<M>) => one.session.backend, stroke: 'var(--grid)' }),
  Plot.axisY({ label: null, tickSize: 0, tickPadding: 8, tickFormat: clipped }),
];

/** The backends of a panel's rows, as the domain of its axis. */
export const domain = <M>(rows: readonly PanelRow<M>[]): string[] => rows.map((one) => one.session.backend);
