import * as Plot from '@observablehq/plot';
import { MOST } from '../../suites/stats/caching.ts';
import type { Ratio } from '../../suites/stats/centre.ts';
import type { Compliance } from '../compliance.ts';
import { NONE, number } from '../format.ts';
import { measured, type Row } from '../table.ts';
import { AXES, chart, GRID, keyEntry, legend, ROW, SIGNS, tickLabel } from './chart.ts';
import { html, type Markup } from './markup.ts';
import {
  amount,
  caseColumn,
  dataTable,
  empty,
  figure,
  figures,
  name,
  nameColumns,
  type Page,
  section,
} from './parts.ts';
import { absent, domain, type PanelRow, panels, plotsOf, rowRules, values } from './rows.ts';

function panel(label: string, rows: readonly PanelRow<Compliance>[], palette: Page['palette']): Markup {
  const points = rows.flatMap(({ session: { backend }, figures }) =>
    (['caching', 'seeds'] as const).flatMap((kind) => {
      const ratio = figures?.[kind];
      return ratio === undefined ? [] : [{ backend, kind, ...ratio }];
    }),
  );
  type Point = (typeof points)[number];
  const ends = points.flatMap(({ interval }) => interval);
  const dy = (kind: Point['kind']) => (kind === 'caching' ? -4 : 4);
  const of = (kind: Point['kind']) => points.filter((one) => one.kind === kind);
  return chart(
    `Time of a fresh input over a repeated one, and of another seed, for ${label} by backend`,
    domain(rows),
    {
      width: 460,
      height: AXES + ROW * rows.length,
      x: {
        domain: [Math.min(1 / MOST, ...ends), Math.max(1.2, ...ends)],
        nice: true,
        ticks: 5,
        label: 'ratio of times →',
      },
      y: { domain: domain(rows), label: null, padding: 0.3 },
      marks: [
        Plot.gridX({ ...GRID, ticks: 5 }),
        ...rowRules(rows),
        Plot.ruleX([1], { stroke: 'var(--ink)' }),
        Plot.ruleX([MOST], { stroke: 'var(--bad)', strokeDasharray: '3 3' }),
        Plot.axisX({ tickFormat: tickLabel, tickSize: 3, ticks: 5 }),
        ...(['caching', 'seeds'] as const).flatMap((kind) => [
          Plot.ruleY(of(kind), {
            y: 'backend',
            x1: ({ interval }: Point) => interval[0],
            x2: ({ interval }: Point) => interval[1],
            dy: dy(kind),
            stroke: ({ backend }: Point) => palette(backend),
            strokeWidth: 2,
          }),
          Plot.dot(of(kind), {
            y: 'backend',
            x: 'ratio',
            dy: dy(kind),
            r: 3.5,
            stroke: ({ backend }: Point) => palette(backend),
            fill: ({ backend }: Point) => (kind === 'caching' ? palette(backend) : 'var(--bg)'),
            title: ({ backend, ratio }: Point) => `${backend}: ${number(ratio)}`,
          }),
        ]),
        values(rows, ({ caching }) => (caching ? number(caching.ratio) : NONE)),
        absent(rows),
      ],
    },
  );
}

type Line = { readonly row: Row; readonly one: Compliance | undefined };

function table(rows: readonly Row[]): Markup {
  const interval = (title: string, pick: (one: Compliance) => Ratio | undefined) =>
    figure<Line>(
      title,
      ({ one }) => {
        const found = one && pick(one);
        return found ? `${number(found.ratio)} (${found.interval.map(number).join(' – ')})` : NONE;
      },
      ({ one }) => one && pick(one)?.ratio,
    );
  return dataTable<Line>(
    [
      ...nameColumns<Line>(({ row }) => row),
      name('Inputs', ({ one }) => one?.inputs ?? NONE),
      interval('Fresh ÷ repeated', ({ caching }) => caching),
      interval('Other seed ÷ fresh', ({ seeds }) => seeds),
      amount('Blocks', ({ one }) => one?.blocks),
      amount('Timed answers', ({ one }) => one?.calls),
      amount('Another input’s', ({ one }) => one?.stale),
      amount('Not bit for bit the untimed one', ({ one }) => one?.varying),
      amount('Images classified', ({ one }) => one?.classified?.images),
      amount('Top-1 right', ({ one }) => one?.classified?.top1),
      amount('Differ from PyTorch', ({ one }) => one?.classified?.differs.length),
      caseColumn(({ row }) => row),
    ],
    rows.map((row) => ({ row, one: measured(row, 'compliance') })),
  );
}

/** Whether what is timed is what is asked for. */
export function complianceSection({ table: all, palette }: Page): Markup {
  const rows = all.rows.filter((row) => row.cell.suite === 'compliance');
  const shown = panels(all, 'compliance');
  if (shown.length === 0)
    return section('compliance', 'Compliance', empty(rows, 'Whether timed answers are honest', 'compliance:resnet18'));
  return section(
    'compliance',
    'Compliance',
    html`<p>Whether timed calls do all the work, after MLPerf Inference’s compliance tests: their answers are those of untimed calls, and one input again and again is not faster than fresh ones.</p>
${legend([
  keyEntry(SIGNS.dot, 'fresh inputs ÷ one input again and again (printed at the right)'),
  keyEntry(SIGNS.hollow, 'inputs of another seed ÷ fresh ones'),
  keyEntry(SIGNS.interval, '95 % interval'),
])}
<div class="panels">${plotsOf(shown, (label, rows) => panel(label, rows, palette))}</div>
<p class="small soft">A cell is wrong where an interval lies wholly beyond ${number(MOST)} (dashed), where a timed answer is another input’s or breaks its bound, or where an image’s class is not PyTorch’s.</p>
${figures(table(rows))}`,
  );
}
