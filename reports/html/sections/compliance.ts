import * as Plot from '@observablehq/plot';
import type { Compliance } from '../../../suites/compliance/figures.ts';
import { RATIO_THRESHOLD } from '../../../suites/stats/caching.ts';
import type { Ratio } from '../../../suites/stats/centre.ts';
import { NONE, number } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { AXES, chart, GRID, keyEntry, ROW, SIGNS, tickLabel } from '../kit/chart.ts';
import type { Markup } from '../kit/markup.ts';
import { amount, bounded, name, type Page, type Sheet, sheet } from '../kit/parts.ts';
import { domain, intervals, type Mark, type PanelRow, rowRules, values } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';

/** Two dots share a row. */
const LOOK = { r: 3.5, width: 2 };

function panel(label: string, rows: readonly PanelRow<Compliance>[], palette: Page['palette']): Markup {
  const of = (kind: 'caching' | 'seeds') =>
    rows.flatMap(({ session: { backend }, figures }): Mark[] => {
      const one = figures?.[kind];
      if (one === undefined) return [];
      const title = `${backend}: ${number(one.ratio)}`;
      return [{ backend, value: one.ratio, interval: one.interval, hollow: kind === 'seeds', title }];
    });
  const ends = [...of('caching'), ...of('seeds')].flatMap(({ interval }) => interval ?? []);
  return chart(
    `Time of a fresh input over a repeated one, and of another seed, for ${label} by backend`,
    domain(rows),
    {
      width: 460,
      height: AXES + ROW * rows.length,
      x: {
        domain: [Math.min(1 / RATIO_THRESHOLD, ...ends), Math.max(1.2, ...ends)],
        nice: true,
        ticks: 5,
        label: 'ratio of times →',
      },
      y: { domain: domain(rows), label: null, padding: 0.3 },
      marks: [
        Plot.gridX({ ...GRID, ticks: 5 }),
        ...rowRules(rows),
        Plot.ruleX([1], { stroke: 'var(--ink)' }),
        Plot.ruleX([RATIO_THRESHOLD], { stroke: 'var(--bad)', strokeDasharray: '3 3' }),
        Plot.axisX({ tickFormat: tickLabel, tickSize: 3, ticks: 5 }),
        ...intervals(of('caching'), palette, { ...LOOK, dy: -4 }),
        ...intervals(of('seeds'), palette, { ...LOOK, dy: 4 }),
        ...values(rows, 'fresh ÷ same', ({ caching }) => (caching ? number(caching.ratio) : NONE)),
      ],
    },
  );
}

type Line = { readonly row: Row; readonly one: Compliance | undefined };

function table(rows: readonly Row[]): Sheet {
  const ratio = (title: string, pick: (one: Compliance) => Ratio | undefined) =>
    bounded<Line>(
      title,
      ({ one }) => {
        const found = one && pick(one);
        return found && { value: found.ratio, interval: found.interval };
      },
      number,
    );
  return sheet<Line>(
    ({ row }) => row,
    [
      name('Inputs', ({ one }) => one?.inputs ?? NONE),
      ratio('Fresh ÷ repeated', ({ caching }) => caching),
      ratio('Other seed ÷ fresh', ({ seeds }) => seeds),
      amount('Blocks', ({ one }) => one?.blocks),
      amount('Timed answers', ({ one }) => one?.calls),
      amount('Another input’s', ({ one }) => one?.stale),
      amount('Not bit-identical to untimed', ({ one }) => one?.varying),
      amount('Images classified', ({ one }) => one?.classified?.images),
      amount('Top-1 correct', ({ one }) => one?.classified?.top1),
      amount('Differ from PyTorch', ({ one }) => one?.classified?.differs.length),
    ],
    rows.map((row) => ({ row, one: measured(row, 'compliance') })),
  );
}

/** Whether what is timed is what is asked for. */
export const compliance = suiteSection({
  suite: 'compliance',
  title: 'Compliance',
  missing: 'Compliance was',
  query: 'compliance:resnet18',
  intro:
    'Do timed calls do all the work? After MLPerf Inference’s compliance tests: timed answers equal untimed ones, and repeating one input is not faster than fresh inputs.',
  legend: [
    keyEntry(SIGNS.dot, 'fresh inputs ÷ one input again and again (printed at the right)'),
    keyEntry(SIGNS.hollow, 'inputs of another seed ÷ fresh ones'),
    keyEntry(SIGNS.interval, '95 % interval'),
  ],
  layout: 'panels',
  plot: panel,
  notes: () =>
    `A cell is wrong if an interval lies entirely beyond ${number(RATIO_THRESHOLD)} (dashed), if a timed answer belongs to another input or violates its bound, or if an image’s class differs from PyTorch’s.`,
  sheet: table,
});
