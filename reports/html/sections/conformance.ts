import * as Plot from '@observablehq/plot';
import { grouped } from '../../../reference/collect.ts';
import { coverageText, isComplete } from '../../../reference/judge/coverage.ts';
import { beyondTolerance, isRight } from '../../../reference/judge/verdict.ts';
import type { Conformance } from '../../../suites/conformance/figures.ts';
import type { CheckRow } from '../../../suites/record/check-row.ts';
import type { Header } from '../../../suites/record/header.ts';
import { scientific } from '../../../suites/stats/format.ts';
import { chart, clipped, GRID, keyEntry, logScale, ROW, SIGNS } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import type { Page } from '../kit/parts.ts';
import { domain, type PanelRow } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';
import { depth, levelsOfCell, levelTables } from './conformance-levels.ts';

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
    figures.checks.map((check) => ({
      ...decisive(check),
      check,
      backend: session.backend,
      suspect: row.status === 'suspect',
    })),
  );
  const tensors = [...new Set(points.map((one) => one.check.tensor))].sort(depth);
  const scale = logScale(
    points.flatMap((one) => [one.error, one.allowed]).filter((value) => value >= FLOOR),
    4,
  );
  const floor = (value: number) => Math.max(value, scale.domain[0]);
  const blank = rows.flatMap(({ session: { backend }, figures: { checks } }) =>
    tensors
      .filter((tensor) => checks.every((check) => check.tensor !== tensor))
      .map((check) => ({ backend, check: { tensor: check } })),
  );
  type Point = (typeof points)[number];
  const right = (one: Point) => isRight(one.check);
  const color = (one: Point) => (right(one) ? palette(one.backend) : one.suspect ? 'var(--doubt)' : 'var(--bad)');
  const isFilled = (one: Point) => one.error > 0 && (right(one) || !one.suspect);
  const plot = chart(`Error and tolerance of ${label} by tensor and backend`, domain(rows), {
    width: Math.max(560, 150 + 170 * tensors.length),
    height: 72 + ROW * rows.length,
    marginTop: 26,
    marginBottom: 46,
    marginRight: 16,
    x: { type: 'log', domain: scale.domain, label: 'error ÷ largest value of the tensor →' },
    y: { domain: domain(rows), label: null, padding: 0.3 },
    fx: { domain: tensors, label: null, padding: 0.12 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      Plot.axisFx({ anchor: 'top', label: null, fontWeight: 600 }),
      Plot.ruleY(rows, { y: (one: PanelRow<Conformance>) => one.session.backend, stroke: 'var(--grid)' }),
      Plot.axisY({ label: null, tickSize: 0, tickPadding: 8, tickFormat: clipped }),
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
        symbol: (one: Point) => (beyondTolerance(one.check) > 0 ? 'times' : right(one) ? 'circle' : 'triangle'),
        stroke: color,
        strokeWidth: 1.5,
        fill: (one: Point) => (isFilled(one) ? color(one) : 'var(--bg)'),
        title: (one: Point) =>
          `${one.backend}, ${one.check.tensor}: error ${scientific(one.error)}, allowed ${scientific(one.allowed)}`,
      }),
      Plot.text(blank, {
        fx: tensorOf,
        y: 'backend',
        text: () => 'not compared',
        frameAnchor: 'left',
        dx: 6,
        fill: 'var(--none)',
        fontStyle: 'italic',
      }),
    ],
  });
  return html`${plot}${notCompared(rows)}`;
}

/** Why a backend has no dot in some stages. */
function notCompared(rows: readonly PanelRow<Conformance>[]): Markup {
  const told = rows.flatMap(({ session: { backend }, figures: { untapped } }) =>
    untapped ? [{ backend, untapped }] : [],
  );
  const lines = [...grouped(told, ({ untapped }) => untapped)].map(
    ([why, list]) => html`<br>${list.map(({ backend }) => backend).join(', ')}: ${why}`,
  );
  return lines.length === 0 ? html`` : html`<p class="small soft">Stages that were not compared:${lines}</p>`;
}

const tensorOf = ({ check }: { readonly check: { readonly tensor: string } }) => check.tensor;

type Coverage = NonNullable<Header['coverage']>[number];

/** The share of channels that the inputs reach, of some networks; nothing where the run does not record it. */
function reached({ coverage = [] }: Header, of: (one: Coverage) => boolean): Markup {
  const shown = coverage.filter(of);
  if (shown.length === 0) return html``;
  const lines = shown.map(
    (one) =>
      html`<li>${isComplete(one) ? '' : html`<strong>not all: </strong>`}${one.model} · ${one.size}×${one.size}${one.batch === 1 ? '' : `, batch ${one.batch}`}: ${coverageText(one)}</li>`,
  );
  return html`<p>A defect in a channel that is 0 on every input cannot be seen. The inputs reach:</p>
<ul class="small">${lines}</ul>`;
}

/** Errors against the float64 reference, beside what is allowed. */
export const conformance = suiteSection({
  suite: 'conformance',
  title: 'Conformance',
  missing: 'Conformance was',
  query: 'conformance',
  intro: 'The error of each output against the float64 reference, and what is allowed. A dot left of its tick passes.',
  legend: [
    keyEntry(SIGNS.dot, 'error of the worst run'),
    keyEntry(SIGNS.tick, 'allowed'),
    keyEntry(SIGNS.triangle, 'more than allowed, in one of three norms: wrong'),
    keyEntry(SIGNS.hollowTriangle, 'the same, suspect'),
    keyEntry(SIGNS.hollow, 'error exactly 0, at the left edge'),
    html`<span>× NaN or infinity where a finite value belongs, or the reverse</span>`,
  ],
  layout: 'wide',
  plot: panel,
  notes: () =>
    'Dot and tick are of the largest element. The whole tensor and each of its channels have limits too: error ÷ allowed is the largest ratio of the three, and a triangle stands where it is above 1. Where the truth is 0, the limit may be almost 0: its tick is then at the left edge.',
  more: ({ table, rows }) => html`${reached(table.run.header, () => true)}
<p>All figures, in three levels, and the tolerance that a test would need:</p>
${levelTables(rows)}`,
  // A cell's errors by depth are drawn elsewhere in its view.
  cell: ({ table, rows }) =>
    html`${reached(table.run.header, (one) => rows.some(({ cell }) => cell.model === one.model && cell.size === one.size && cell.batch === one.batch))}${levelsOfCell(rows)}`,
});
