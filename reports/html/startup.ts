import * as Plot from '@observablehq/plot';
import { NONE, number } from '../format.ts';
import { measured, type Row } from '../table.ts';
import type { Startup } from '../times.ts';
import { AXES, chart, GRID, keyEntry, legend, linearScale, ROW, SIGNS, tickLabel } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { caseColumn, dataTable, empty, figure, figures, nameColumns, type Page, section } from './parts.ts';
import { absent, domain, type PanelRow, panels, plotsOf, rowRules, values } from './rows.ts';

/** The parts of a bar, in the order of time; opacities tell them apart within a backend's colour. */
const PARTS = [
  { part: 'load', opacity: 0.95, meaning: 'load: import the runtime, initialise its device' },
  { part: 'open', opacity: 0.55, meaning: 'open: read the model, create the session' },
  { part: 'first', opacity: 0.25, meaning: 'first call' },
] as const;

const sum = ({ load, open, first }: Startup) => load + open + first;

function panel(label: string, rows: readonly PanelRow<Startup>[], palette: Page['palette']): Markup {
  const shown = rows.flatMap(({ session, row, figures }) => (figures ? [{ ...figures, session, row }] : []));
  const bars = shown.flatMap((one) => {
    let x1 = 0;
    return PARTS.map(({ part, opacity }) => {
      const bar = { backend: one.session.backend, part, opacity, x1, x2: x1 + one[part], ms: one[part] };
      x1 = bar.x2;
      return bar;
    });
  });
  const scale = linearScale(
    shown.flatMap((one) => [sum(one), one.second]),
    6,
  );
  type Bar = (typeof bars)[number];
  type Shown = (typeof shown)[number];
  return chart(`Start-up of ${label} by backend, in milliseconds`, domain(rows), {
    width: 460,
    height: AXES + ROW * rows.length,
    x: { type: scale.type, domain: scale.domain, label: 'time since start (ms) →' },
    y: { domain: domain(rows), label: null, padding: 0.3 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      ...rowRules(rows),
      Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.barX(bars, {
        x1: 'x1',
        x2: 'x2',
        y: 'backend',
        fill: (bar: Bar) => palette(bar.backend),
        fillOpacity: 'opacity',
        title: (bar: Bar) => `${bar.backend}: ${bar.part} ${number(bar.ms)} ms`,
      }),
      Plot.tickX(shown, {
        x: 'second',
        y: (one: Shown) => one.session.backend,
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
        title: (one: Shown) => `${one.session.backend}: second call ${number(one.second)} ms`,
      }),
      values(rows, (one) => number(sum(one))),
      absent(rows),
    ],
  });
}

type Line = { readonly row: Row; readonly startup: Startup | undefined };

const table = (rows: readonly Row[]): Markup => {
  const ms = (title: string, part: 'load' | 'open' | 'first' | 'second' | 'total') =>
    figure<Line>(
      title,
      ({ startup }) => number(startup?.[part] ?? Number.NaN),
      ({ startup }) => startup?.[part],
    );
  return dataTable<Line>(
    [
      ...nameColumns<Line>((line) => line.row),
      ms('Load (ms)', 'load'),
      ms('Open (ms)', 'open'),
      ms('First call (ms)', 'first'),
      ms('Until first answer (ms)', 'total'),
      ms('Second call (ms)', 'second'),
      figure(
        'Rounds',
        ({ startup }) => startup?.rounds ?? NONE,
        ({ startup }) => startup?.rounds,
      ),
      caseColumn((line) => line.row),
    ],
    rows.map((row) => ({ row, startup: measured(row, 'startup') })),
  );
};

/** What the time until the first answer is made of. */
export function startupSection({ table: all, palette }: Page): Markup {
  const rows = all.rows.filter((row) => row.cell.suite === 'startup');
  const shown = panels(all, 'startup');
  if (shown.length === 0) return section('startup', 'Start-up', empty(rows, 'Start-up', 'startup'));
  const plots = plotsOf(shown, (label, rows) => panel(label, rows, palette));
  return section(
    'startup',
    'Start-up',
    html`<p>How long until the first answer, in a fresh process or page. What the first call takes beyond the second is, as a rule, compiling kernels and allocating.</p>
${legend([
  ...PARTS.map(({ opacity, meaning }) => keyEntry(SIGNS.bar(opacity), meaning)),
  keyEntry(SIGNS.tick, 'second call, from 0'),
])}
<div class="panels">${plots}</div>
<p class="small soft">Every part is the median over rounds, so a bar’s end (printed at its right) may differ a little from the median of totals, which the table gives. Starting the process or the browser is not counted.</p>
${figures(table(rows))}`,
  );
}
