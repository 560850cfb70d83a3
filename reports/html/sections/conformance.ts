import * as Plot from '@observablehq/plot';
import { coverageText, isComplete } from '../../../reference/judge/coverage.ts';
import { beyondTolerance, isRight } from '../../../reference/judge/verdict.ts';
import type { Conformance } from '../../../suites/conformance/figures.ts';
import type { CheckRow } from '../../../suites/record/check-row.ts';
import type { Header } from '../../../suites/record/header.ts';
import { scientific } from '../../../suites/stats/format.ts';
import { chart, GRID, keyEntry, legend, logScale, ROW, SIGNS } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';
import { domain, type PanelRow, plotsOf } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';
import { depth, levelTables } from './conformance-levels.ts';

/** Error and bound at the element that comes nearest to breaking its bound, relative to the tensor's largest value. */
const decisive = (check: CheckRow) => ({
  error: (check.ratio * check.allowed) / check.scale,
  allowed: check.allowed / check.scale,
});

/**
 * Least relative value that an axis shows, far below float32's rounding. Where the truth is exactly 0, next to nothing
 * is allowed, and an axis down to there would show nothing else.
 */
const FLOOR = 1e-12;

function panel(label: string, rows: readonly PanelRow<Conformance>[], palette: Page['palette']): Markup {
  const points = rows.flatMap(({ session, figures, row }) =>
    (figures?.checks ?? []).map((check) => ({
      ...decisive(check),
      check,
      backend: session.backend,
      beyond: row.status === 'suspect' ? 'var(--doubt)' : 'var(--bad)',
    })),
  );
  const tensors = [...new Set(points.map((one) => one.check.tensor))].sort(depth);
  const scale = logScale(
    points.flatMap((one) => [one.error, one.allowed]).filter((value) => value >= FLOOR),
    6,
  );
  const floor = (value: number) => Math.max(value, scale.domain[0]);
  const missing = rows.filter((one) => one.figures === undefined);
  type Point = (typeof points)[number];
  const right = (one: Point) => isRight(one.check);
  return chart(`Error and tolerance of ${label} by tensor and backend`, domain(rows), {
    width: Math.max(560, 150 + 170 * tensors.length),
    height: 66 + ROW * rows.length,
    marginTop: 26,
    marginBottom: 40,
    marginRight: 16,
    x: { type: 'log', domain: scale.domain, label: 'error ÷ largest value of the tensor →' },
    y: { domain: domain(rows), label: null, padding: 0.3 },
    fx: { domain: tensors, label: null, padding: 0.12 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      Plot.axisFx({ anchor: 'top', label: null, fontWeight: 600 }),
      Plot.ruleY(rows, { y: (one: PanelRow<Conformance>) => one.session.backend, stroke: 'var(--grid)' }),
      Plot.axisY({ label: null, tickSize: 0, tickPadding: 8 }),
      Plot.axisX(scale.ticks, { text: (value: number) => value.toExponential(0), tickSize: 3 }),
      Plot.tickX(points, {
        fx: tensorOf,
        x: (one: Point) => floor(one.allowed),
        y: 'backend',
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
      }),
      Plot.dot(points, {
        fx: tensorOf,
        x: (one: Point) => floor(one.error),
        y: 'backend',
        r: 4,
        symbol: (one: Point) => (beyondTolerance(one.check) > 0 ? 'times' : 'circle'),
        stroke: (one: Point) => (right(one) ? palette(one.backend) : one.beyond),
        strokeWidth: 1.5,
        fill: (one: Point) => (one.error === 0 ? 'var(--bg)' : right(one) ? palette(one.backend) : one.beyond),
        title: (one: Point) =>
          `${one.backend}, ${one.check.tensor}: error ${scientific(one.error)}, allowed ${scientific(one.allowed)}`,
      }),
      Plot.text(missing, {
        fx: () => tensors[0],
        y: (one: PanelRow<Conformance>) => one.session.backend,
        text: (one: PanelRow<Conformance>) => one.row.status,
        frameAnchor: 'left',
        dx: 6,
        fill: 'var(--none)',
        fontStyle: 'italic',
      }),
    ],
  });
}

const tensorOf = ({ check }: { check: CheckRow }) => check.tensor;

/** The share of each network's channels that the inputs reach; nothing where the run does not record it. */
function reached({ coverage = [] }: Header): Markup | '' {
  if (coverage.length === 0) return '';
  const lines = coverage.map(
    (one) =>
      html`<li>${isComplete(one) ? '' : html`<strong>not all: </strong>`}${one.model} · ${one.size}×${one.size}${one.batch === 1 ? '' : `, batch ${one.batch}`}: ${coverageText(one)}</li>`,
  );
  return html`<p>A defect in a channel that is 0 on every input cannot be seen. Of the networks here, the inputs reach:</p>
<ul class="small">${lines}</ul>`;
}

/** Errors against the float64 reference, beside what is allowed. */
export const conformance = suiteSection({
  suite: 'conformance',
  title: 'Conformance',
  missing: 'Conformance was',
  query: 'conformance',
  content({ table, rows, shown, palette }) {
    const plots = plotsOf(shown, (label, rows) => panel(label, rows, palette), true);
    return html`<p>The error of each output against the float64 reference, and what is allowed. A dot left of its tick passes.</p>
${legend([
  keyEntry(SIGNS.dot, 'error of the worst run (more than allowed: red where the cell is wrong, violet where suspect)'),
  keyEntry(SIGNS.tick, 'allowed'),
  keyEntry(SIGNS.hollow, 'error exactly 0, at the left edge'),
  html`<span>× NaN or infinity where a finite value belongs, or the reverse</span>`,
])}
${plots}
<p class="small soft">Dot and tick are of the largest element. The whole tensor and each of its channels have limits too: error ÷ allowed is the largest ratio of the three, and a dot is red where it is above 1. Where the truth is 0, the limit may be almost 0: its tick is then at the left edge.</p>
${reached(table.run.header)}
<p>All figures, in three levels, and the tolerance that a test would need:</p>
${levelTables(rows)}`;
  },
});
