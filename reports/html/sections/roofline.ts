import * as Plot from '@observablehq/plot';
import type { Roofline } from '../../../suites/roofline/figures.ts';
import { mebibytes, number } from '../../../suites/stats/format.ts';
import { type Efficiency, efficiencies, type Roof, roofsOf } from '../../table/efficiency.ts';
import { measured, type Row } from '../../table/table.ts';
import { AXES, chart, GRID, keyEntry, legend, logScale, SIGNS, shareOf, TOP, tickLabel } from '../kit/chart.ts';
import { labelOffsets } from '../kit/labels.ts';
import { html, type Markup } from '../kit/markup.ts';
import { withoutAnywhere } from '../kit/missing.ts';
import {
  amount,
  caseColumn,
  dataTable,
  figures,
  name,
  nameColumns,
  type Page,
  type Sheet,
  sheet,
  swatch,
} from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

const GIGA = 1e9;
const gigas = (value: number) => number(value / GIGA);
const share = (value: number) => number(100 * value);

/** The backends of the plots. A dot has its backend's number, so that none is told by its colour alone. */
const backendsOf = (all: readonly Efficiency[]): string[] => [...new Set(all.map(({ row }) => row.cell.backend))];

/** Pixels. */
const [WIDTH, HEIGHT, LEFT, RIGHT] = [460, 290, 56, 20];

/** Roof and cells of one hardware: operations a second over operations for each byte, both logarithmic. */
function panel({ hardware, flops, bandwidth }: Roof, all: readonly Efficiency[], palette: Page['palette']): Markup {
  const cells = all.filter((one) => one.hardware === hardware);
  const ridge = flops / bandwidth;
  const x = logScale([ridge, ...cells.map(({ intensity }) => intensity)], 6);
  const roof = [x.domain[0], ridge, x.domain[1]].map((intensity) => ({
    intensity,
    flops: Math.min(flops, intensity * bandwidth) / GIGA,
  }));
  const y = logScale([...roof.map((one) => one.flops), ...cells.map((one) => one.flops / GIGA)], 6);
  const numbers = backendsOf(all);
  const dots = cells.map((one) => ({
    x: LEFT + (WIDTH - LEFT - RIGHT) * shareOf(x, one.intensity),
    y: TOP + (HEIGHT - AXES) * (1 - shareOf(y, one.flops / GIGA)),
    text: String(numbers.indexOf(one.row.cell.backend) + 1),
  }));
  return chart(`Roofline of ${hardware}`, [], {
    width: WIDTH,
    height: HEIGHT,
    marginLeft: LEFT,
    marginRight: RIGHT,
    x: { ...x, label: 'operations per byte →' },
    y: { ...y, label: '↑ GFLOP/s' },
    marks: [
      Plot.gridX(x.ticks, GRID),
      Plot.gridY(y.ticks, GRID),
      Plot.axisX(x.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.axisY(y.ticks, { text: tickLabel, tickSize: 3 }),
      Plot.line(roof, { x: 'intensity', y: 'flops', stroke: 'var(--ink)', strokeWidth: 1.5 }),
      Plot.dot(cells, {
        x: 'intensity',
        y: (one: Efficiency) => one.flops / GIGA,
        r: 4,
        fill: (one: Efficiency) => palette(one.row.cell.backend),
        title: (one: Efficiency) =>
          `${one.row.cell.model} ${one.row.cell.size}×${one.row.cell.size} on ${one.row.cell.backend}: ${gigas(one.flops)} GFLOP/s`,
      }),
      ...labelOffsets(dots, { left: LEFT, right: WIDTH, top: TOP - 6, bottom: HEIGHT - AXES + TOP }).map(
        ({ dx, dy, anchor }, i) =>
          Plot.text(cells.slice(i, i + 1), {
            ...{ x: 'intensity', y: (one: Efficiency) => one.flops / GIGA, dx, dy, textAnchor: anchor },
            text: () => dots[i]?.text,
          }),
      ),
    ],
  });
}

type Gauged = { readonly row: Row; readonly one: Roofline | undefined };

const gauged = (rows: readonly Row[]): Sheet =>
  sheet<Gauged>(
    ({ row }) => row,
    [
      amount('Convolutions (GFLOP/s)', ({ one }) => one?.flops, gigas),
      amount('at image side', ({ one }) => one?.size),
      amount('Sums (GB/s)', ({ one }) => one?.bandwidth, gigas),
      amount('at tensors of (MiB)', ({ one }) => one?.tensor, mebibytes),
    ],
    rows.filter(({ measure }) => measure !== undefined).map((row) => ({ row, one: measured(row, 'roofline') })),
  );

const table = (all: readonly Efficiency[]): Markup =>
  dataTable<Efficiency>(
    [
      ...nameColumns<Efficiency>(({ row }) => row),
      name('Hardware', ({ hardware }) => hardware),
      amount('GFLOP/s', ({ flops }) => flops, gigas),
      amount('Of peak (%)', ({ ofPeak }) => ofPeak, share),
      amount('Of roof (%)', ({ ofRoof }) => ofRoof, share),
      amount('Operations per byte', ({ intensity }) => intensity, number),
      amount('× ort-node/cpu’s time', ({ native }) => native, number),
      caseColumn(({ row }) => row),
    ],
    all,
  );

/** What a backend makes of its hardware. */
function rooflineSection({ table: all, palette }: Page): Markup {
  const [roofs, timed] = [roofsOf(all), efficiencies(all)];
  const rows = all.rows.filter((row) => row.cell.suite === 'roofline');
  const query = html`<code class="copy">npm run bench -- roofline:kernels</code>`;
  const missing =
    roofs.length > 0
      ? ''
      : html`<p class="empty">No device peak was measured in this run, so there is no roofline to compare with. To measure it: ${query}</p>`;
  const plots = roofs.map(
    (roof) => html`<figure><h3>${roof.hardware}</h3><div class="scroll">${panel(roof, timed, palette)}</div></figure>`,
  );
  const legends =
    roofs.length === 0
      ? ''
      : legend([
          keyEntry(
            '<path d="M1 11L9 3h12" fill="none" stroke="currentColor" stroke-width="1.5"/>',
            'the roof: best that any runtime reached on this hardware',
          ),
          keyEntry(SIGNS.dot, 'a cell'),
          ...backendsOf(timed).map((backend, i) => html`<span>${swatch(palette(backend))}${i + 1} ${backend}</span>`),
        ]);
  return html`<p>The share of the hardware’s peak that a network reaches, from its latency. A multiply-add is two operations. Bytes are the minimum: each convolution and linear layer reads its input and weights once and writes its output once.</p>
${missing}${legends}
<div class="panels">${plots}</div>
<p class="small soft">Peaks are measured with chains of one kernel on the same device in the same run: 1×1 convolutions of 256 channels or 3×3 ones of 128, whichever is faster, and sums of two tensors (three tensors moved). The peak of the arithmetic is the best of these and of all networks that were timed on the device. Subtracting the time of a shorter chain from that of a longer one removes transfers and the overhead of a call. A software adapter runs on the CPU and is compared with the CPU’s peak. No figure: noise or clock resolution exceeds the kernels’ time, as with the sums on a fast GPU, of which copies take most.</p>
${rows.length > 0 ? html`${gauged(rows).table()}${withoutAnywhere(rows)}` : ''}
${timed.length > 0 ? figures(table(timed)) : ''}`;
}

export const roofline: Section = {
  id: 'roofline',
  title: 'Roofline',
  has: ({ table }) => roofsOf(table).length > 0,
  render: rooflineSection,
  cell: ({ table }) => gauged(table.rows).facts(),
};
