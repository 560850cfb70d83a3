import * as Plot from '@observablehq/plot';
import type { Interval } from '../../../suites/stats/quantiles.ts';
import type { Figures, FiguresOf } from '../../../suites/suites.ts';
import { sessionsOf } from '../../table/lookup.ts';
import { measured, type Row, rowOf, type SessionRows, type Subject, type Table } from '../../table/table.ts';
import { html, type Markup } from './markup.ts';

/** A backend's row in a panel: its figures, or only its status. */
export type PanelRow<M> = { readonly session: SessionRows; readonly row: Row; readonly figures: M | undefined };

/** The rows of each subject for a suite, in plan order; subjects without figures are left out. */
export function panels<S extends Figures['suite']>(
  table: Table,
  suite: S,
): { subject: Subject; rows: PanelRow<FiguresOf<S>>[] }[] {
  return table.subjects.flatMap((subject) => {
    const rows = sessionsOf(table, subject).flatMap((session) => {
      const row = rowOf(session, suite);
      return row ? [{ session, row, figures: measured(row, suite) }] : [];
    });
    return rows.some((one) => one.figures !== undefined) ? [{ subject, rows }] : [];
  });
}

/** The status in the place of figures where a backend has none. */
export const absent = <M>(rows: readonly PanelRow<M>[]): Plot.Markish =>
  Plot.text(
    rows.filter((one) => one.figures === undefined),
    {
      y: (one: PanelRow<M>) => one.session.backend,
      text: (one: PanelRow<M>) => one.row.status,
      frameAnchor: 'left',
      dx: 6,
      fill: 'var(--none)',
      fontStyle: 'italic',
    },
  );

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

/** A figure for each subject, under its name, and how many were left out. */
export const plotsOf = <M>(
  shown: readonly { readonly subject: Subject; readonly rows: readonly PanelRow<M>[] }[],
  plot: (label: string, rows: readonly PanelRow<M>[]) => Markup,
  wide = false,
): Markup[] => [
  ...shown
    .slice(0, MOST_PLOTS)
    .map(
      ({ subject, rows }) =>
        html`<figure${wide ? html` class="wide"` : ''}><h3>${subject.label}</h3><div class="scroll">${plot(subject.label, rows)}</div></figure>`,
    ),
  ...(shown.length > MOST_PLOTS
    ? [
        html`<p class="empty">${shown.length - MOST_PLOTS} more networks are not drawn: the table has their figures.</p>`,
      ]
    : []),
];

/** A figure at the right end of each row. */
export const values = <M>(rows: readonly PanelRow<M>[], text: (figures: M) => string): Plot.Markish =>
  Plot.text(
    rows.flatMap((one) => (one.figures === undefined ? [] : [{ y: one.session.backend, text: text(one.figures) }])),
    { y: 'y', text: 'text', frameAnchor: 'right', textAnchor: 'end', dx: 66, fill: 'var(--soft)' },
  );

/** A thin line for each row, and its backend's name. */
export const rowRules = <M>(rows: readonly PanelRow<M>[]): Plot.Markish[] => [
  Plot.ruleY(rows, { y: (one: PanelRow<M>) => one.session.backend, stroke: 'var(--grid)' }),
  Plot.axisY({ label: null, tickSize: 0, tickPadding: 8 }),
];

/** The backends of a panel's rows, as the domain of its axis. */
export const domain = <M>(rows: readonly PanelRow<M>[]): string[] => rows.map((one) => one.session.backend);
