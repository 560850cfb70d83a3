import * as Plot from '@observablehq/plot';
import { beyondTolerance, isRight } from '../../../reference/judge/verdict.ts';
import type { LayerRow, Layers } from '../../../suites/layers/figures.ts';
import { ratioText } from '../../../suites/record/check-row.ts';
import { margin, NONE, scientific } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { chart, GRID, keyEntry, legend, logScale, ROW, SIGNS } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, caseColumn, dataTable, figure, figures, name, nameColumns, orNone, type Page } from '../kit/parts.ts';
import { absent, domain, type PanelRow, plotsOf, rowRules, values } from '../kit/rows.ts';
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
    height: 50 + ROW * rows.length,
    marginBottom: 40,
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
        r: 3,
        fill: (one: Point) => (wrong(one) ? 'var(--bad)' : palette(one.backend)),
        fillOpacity: 0.6,
        title: ({ backend, layer }: Point) => `${backend}, ${layerName(layer)}: ${ratioText(layer.check)}`,
      }),
      absent(rows),
      values(rows, ({ layers, total }) => `${layers.length} of ${total}`),
    ],
  });
}

const layerName = ({ check, ops, input }: LayerRow) => `${check.tensor} (${ops.join(' → ')} on [${input.join(', ')}])`;

type Line = { readonly row: Row; readonly layer: LayerRow | undefined };

function table(rows: readonly Row[]): Markup {
  const value = (title: string, pick: (layer: LayerRow) => number, format: (value: number) => string) =>
    amount<Line>(title, ({ layer }) => layer && pick(layer), format);
  const lines = rows.flatMap((row) => orNone(measured(row, 'layers')?.layers).map((layer): Line => ({ row, layer })));
  return dataTable<Line>(
    [
      ...nameColumns<Line>((line) => line.row),
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
      caseColumn((line) => line.row),
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
  content({ rows, shown, palette }) {
    const plots = plotsOf(shown, (label, rows) => panel(label, rows, palette), true);
    return html`<p>Every distinct layer run alone on the reference’s own values: the error as a share of its worst-case bound. A dot left of the line at 1 is correct for any order of summation. The table also has the error over what right implementations of the layer do: above 1 it is less exact than any sum of products, and where Winograd’s convolution cannot explain that, suspect.</p>
${legend([keyEntry(SIGNS.dot, 'one layer, the worst of its runs (red: wrong)')])}
${plots}
<p class="small soft">At the right: the number of layers that ran, of all layers of the network; fewer where the budget ended. The bound is γₙ of Higham (2002) over fan-in and magnitudes, propagated through the layers of a fused piece. The left edge holds ratios of 1e-4 and less, including exact results.</p>
${figures(table(rows))}`;
  },
});
