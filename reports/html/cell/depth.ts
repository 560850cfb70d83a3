import * as Plot from '@observablehq/plot';
import { isRight } from '../../../reference/judge/verdict.ts';
import type { DepthCheck } from '../../../suites/contract/suite.ts';

import { ratio, scientific } from '../../../suites/stats/format.ts';
import { type Row, told } from '../../table/table.ts';
import { AXES, chart, clipped, GRID, keyEntry, legend, logScale, ROW, SIGNS, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, dataTable, name } from '../kit/parts.ts';

/** A ratio that a log axis can show: an exact result is at its left end, one without limit at its right. */
const LEAST = 1e-4;
const MOST = 1e9;
const shownRatio = ({ check }: DepthCheck): number => Math.min(MOST, Math.max(LEAST, check.ratio));

type Point = { readonly label: string; readonly one: DepthCheck; readonly right: boolean };

/** Error ÷ allowed of each tensor or layer, in the order of the graph, with the first wrong one marked. */
export function depthPart(row: Row): Markup {
  const depth = told(row, (suite, figures) => suite.depth?.(figures)) ?? [];
  if (depth.length === 0) return html``;
  const points: Point[] = depth.map((one, i) => ({ label: `${i + 1} ${one.name}`, one, right: isRight(one.check) }));
  const first = points.find(({ right }) => !right);
  const scale = logScale([...depth.map(shownRatio), 1], 6);
  const labels = points.map(({ label }) => label);
  const plot = chart(`Error ÷ allowed by depth of ${row.id}`, labels, {
    width: 700,
    height: AXES + ROW * points.length,
    marginRight: 150,
    x: { type: 'log', domain: scale.domain, label: 'error ÷ allowed →' },
    y: { domain: labels, label: null, padding: 0.3 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.axisY({ label: null, tickSize: 0, tickPadding: 8, tickFormat: clipped }),
      Plot.ruleX([1], { stroke: 'var(--bad)', strokeWidth: 1.5 }),
      Plot.dot(points, {
        x: ({ one }: Point) => shownRatio(one),
        y: 'label',
        r: 4,
        symbol: ({ right }: Point) => (right ? 'circle' : 'times'),
        stroke: ({ right }: Point) => (right ? 'var(--ok)' : 'var(--bad)'),
        fill: ({ right }: Point) => (right ? 'var(--ok)' : 'none'),
        strokeWidth: 2,
      }),
      Plot.text(first === undefined ? [] : [first], {
        y: 'label',
        text: () => '← first wrong',
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 8,
        fill: 'var(--bad)',
      }),
    ],
  });
  const table = dataTable<Point>(
    [
      name('Tensor or layer', ({ one }) => one.name),
      amount('Error ÷ allowed', ({ one }) => one.check.ratio, ratio),
      amount('Largest error', ({ one }) => one.check.error, scientific),
      amount('Relative L2 error', ({ one }) => one.check.relativeL2, scientific),
      amount(
        'SNR (dB)',
        ({ one }) => one.check.snr,
        (value) => value.toFixed(0),
      ),
    ],
    points,
  );
  return html`<h3>Error by depth</h3>
${legend([
  keyEntry('<circle cx="11" cy="6" r="4" fill="var(--ok)"/>', 'within its limit'),
  keyEntry('<path d="M7 2l8 8M15 2l-8 8" stroke="var(--bad)" stroke-width="2"/>', 'beyond it'),
  keyEntry(SIGNS.tick, 'the limit, at 1'),
])}
<figure class="wide"><div class="scroll">${plot}</div></figure><details><summary>Figures by depth</summary>${table}</details>`;
}
