import * as Plot from '@observablehq/plot';
import { beyondTolerance, isRight } from '../../../reference/judge/verdict.ts';
import type { LayerRow, Layers } from '../../../suites/layers/figures.ts';
import { ratioText } from '../../../suites/record/check-row.ts';
import { margin, NONE, scientific } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { AXES, chart, GRID, keyEntry, logScale, ROW, SIGNS } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, figure, name, type Page, type Sheet, sheet } from '../kit/parts.ts';
import { domain, type PanelRow, rowRules, values } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';

/** Least ratio that the axis shows: below it, and at 0, a dot stands at the left edge. */
const FLOOR = 1e-4;

function panel(label: string, rows: readonly PanelRow<Layers>[], palette: Page['palette']): Markup {
  const points = rows.flatMap(({ session, figures }) =>
    (figures?.layers ?? []).map((layer) => ({ layer, backend: session.backend })),
  );
  type Point = (typeof points)[number];
  const at = ({ layer }: Point) => Math.max(layer.check.ratio, FLOOR);
  const wrong = ({ layer }: Point) => !isRight(layer.check);
  const scale = logScale([FLOOR, 1, ...points.map(at)], 8);
  return chart(`Error over rigorous bound of each layer of ${label} by backend`, domain(rows), {
    width: 760,
    height: AXES + ROW * rows.length,
    marginRight: 76,
    x: { type: 'log', domain: scale.domain, label: 'error ÷ worst-case bound (at most 1 passes) →' },
    y: { domain: domain(rows), label: null, padding: 0.3 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      ...rowRules(rows),
      Plot.ruleX([1], { stroke: 'var(--ink)', strokeWidth: 1.5 }),
      Plot.axisX(scale.ticks, { text: (value: number) => value.toExponential(0), tickSize: 3 }),
      Plot.dot(points, {
        x: at,
        y: 'backend',
        r: (one: Point) => (wrong(one) ? 4.5 : 3),
        symbol: (one: Point) => (wrong(one) ? 'triangle' : 'circle'),
        fill: (one: Point) => (wrong(one) ? 'var(--bad)' : palette(one.backend)),
        fillOpacity: 0.6,
        title: ({ backend, layer }: Point) => `${backend}, ${layerName(layer)}: ${ratioText(layer.check)}`,
      }),
      ...values(rows, 'layers run', ({ layers, total }) => `${layers.length} of ${total}`),
    ],
  });
}

const layerName = ({ check, ops, input }: LayerRow) => `${check.tensor} (${ops.join(' → ')} on [${input.join(', ')}])`;

type Line = { readonly row: Row; readonly layer: LayerRow | undefined };

function table(rows: readonly Row[]): Sheet {
  const value = (title: string, pick: (layer: LayerRow) => number, format: (value: number) => string) =>
    amount<Line>(title, ({ layer }) => layer && pick(layer), format);
  const lines = rows.flatMap((row) => (measured(row, 'layers')?.layers ?? []).map((layer): Line => ({ row, layer })));
  return sheet<Line>(
    ({ row }) => row,
    [
      name('Layer (its last node)', ({ layer }) => layer?.check.tensor ?? NONE),
      name('Operators', ({ layer }) => layer?.ops.join(' → ') ?? NONE),
      name('Input', ({ layer }) => layer?.input.join('×') ?? NONE),
      value('Runs', ({ check }) => check.runs, String),
      figure(
        'Error ÷ allowed',
        ({ layer }) => (layer ? ratioText(layer.check) : NONE),
        ({ layer }) => layer?.check.ratio,
      ),
      figure(
        'Error ÷ right implementations',
        ({ layer }) => (layer?.fit ? ratioText(layer.fit) : NONE),
        ({ layer }) => layer?.fit?.ratio,
      ),
      value('Margin', ({ check }) => check.margin, margin),
      value('Largest error', ({ check }) => check.error, scientific),
      value('Error ÷ largest value', ({ check }) => check.relative, scientific),
      value('NaN, Inf wrong', ({ check }) => beyondTolerance(check), String),
    ],
    lines,
  );
}

/** Each layer by itself, against what rounding can do at worst. */
export const layers = suiteSection({
  suite: 'layers',
  title: 'Layers',
  missing: 'Individual layers were',
  query: 'layers:resnet18',
  intro:
    'Every distinct layer run alone on the reference’s own values: the error as a share of its worst-case bound. A dot left of the line at 1 is correct for any order of summation. The table also has the error over what right implementations of the layer do: above 1 it is less exact than any sum of products, and where Winograd’s convolution cannot explain that, suspect.',
  legend: [
    keyEntry(SIGNS.dot, 'one layer, the worst of its runs'),
    keyEntry(SIGNS.triangle, 'wrong: beyond its bound'),
  ],
  layout: 'wide',
  plot: panel,
  notes: () =>
    'At the right: the number of layers that ran, of all layers of the network; fewer where the budget ended. The bound is γₙ of Higham (2002) over fan-in and magnitudes, propagated through the layers of a fused piece. The left edge holds ratios of 1e-4 and less, including exact results.',
  sheet: table,
  // A cell's error by depth is drawn elsewhere in its view.
  cell: ({ rows }) => html`<details><summary>All figures by layer</summary>${table(rows).facts()}</details>`,
});
