import * as Plot from '@observablehq/plot';
import type { Centre } from '../../../suites/stats/few.ts';
import { count, number, ratio } from '../../../suites/stats/format.ts';
import type { Transfer } from '../../../suites/transfer/figures.ts';
import { measured, type Row } from '../../table/table.ts';
import { AXES, chart, GRID, keyEntry, logScale, ROW, SIGNS, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { amount, bounded, type Page, prose, type Sheet, sheet } from '../kit/parts.ts';
import { domain, intervals, type Mark, type PanelRow, rowRules, values } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';

/** How many times a call from host to host takes what one on the device does. */
function panel(label: string, rows: readonly PanelRow<Transfer>[], palette: Page['palette']): Markup {
  const marks = rows.flatMap(({ session: { backend }, row: { status }, figures }): Mark[] => {
    if (figures === undefined) return [];
    const { median, interval } = figures.ratio;
    const title = `${backend}: ${ratio(median)}, ${status}`;
    return [{ backend, value: median, interval, hollow: status !== 'ok', title }];
  });
  const scale = logScale([1, ...marks.flatMap(({ value, interval }) => [value, ...(interval ?? [])])], 6);
  return chart(`Calls of ${label} from host to host over calls on the device, by backend`, domain(rows), {
    width: 460,
    height: AXES + ROW * rows.length,
    x: { type: 'log', domain: scale.domain, label: 'host to host ÷ on the device →' },
    y: { domain: domain(rows), label: null, padding: 0.3 },
    marks: [
      Plot.gridX(scale.ticks, GRID),
      ...rowRules(rows),
      Plot.ruleX([1], { stroke: 'var(--ink)' }),
      Plot.axisX(scale.ticks, { text: tickLabel, tickSize: 3 }),
      ...intervals(marks, palette),
      ...values(rows, 'ratio', (one) => `${ratio(one.ratio.median)}${one.few ? '*' : ''}`),
    ],
  });
}

type Line = { readonly row: Row; readonly transfer: Transfer | undefined };

/** A figure and its interval. */
const centre = (title: string, pick: (one: Transfer) => Centre, format: (value: number) => string) =>
  bounded<Line>(
    title,
    ({ transfer }) => {
      if (transfer === undefined) return undefined;
      const { median, interval } = pick(transfer);
      return { value: median, interval };
    },
    format,
  );

const signed = (value: number) => number(value).replace('-', '−');

const table = (rows: readonly Row[]): Sheet =>
  sheet<Line>(
    ({ row }) => row,
    [
      amount('Host to host (ms)', ({ transfer }) => transfer?.host.median, number),
      amount('On the device (ms)', ({ transfer }) => transfer?.bound.median, number),
      amount('And read back (ms)', ({ transfer }) => transfer?.read.median, number),
      centre('Host ÷ device', (one) => one.ratio, ratio),
      centre('Upload (ms)', (one) => one.upload, signed),
      centre('Read-back (ms)', (one) => one.readBack, signed),
      amount('Error ÷ allowed', ({ transfer }) => transfer?.error, ratio),
      amount('Rounds', ({ transfer }) => transfer?.rounds),
      amount('Samples', ({ transfer }) => transfer?.samples),
      prose('Note', ({ row, transfer }) => {
        const batch = transfer && transfer.batch > 1 ? [`a sample is the mean of ${transfer.batch} calls`] : [];
        const leftOut = row.leftOut > 0 ? [`${count(row.leftOut, 'round')} on another device left out`] : [];
        return [...(transfer?.few ? [`few: ${transfer.few}`] : []), ...batch, ...leftOut].join('; ');
      }),
    ],
    rows.map((row) => ({ row, transfer: measured(row, 'transfer') })),
  );

/** What moving data between host and device adds to a call. */
export const transfer = suiteSection({
  suite: 'transfer',
  title: 'Transfer',
  missing: 'Transfer between host and device was',
  query: 'transfer',
  intro:
    'The share of a call that moves data. A host-to-host call uploads its input and reads its output back, as in Latency. An on-device call has both on the device (io-binding) and ends when the device queue has drained.',
  legend: [
    keyEntry(SIGNS.dot, 'median over rounds; 1 is no cost'),
    keyEntry(SIGNS.interval, 'interval, from 3 rounds on'),
    keyEntry(SIGNS.hollow, 'not ok: see its status'),
    html`<span>* few rounds or samples</span>`,
  ],
  layout: 'panels',
  plot: panel,
  notes: () =>
    'The three forms of a call are interleaved in one session. Upload is a host-to-host call minus an on-device call with read-back; read-back is the latter minus an on-device call. Both are differences of a round’s medians, so noise can make them negative. Waiting for the device has its own cost, so a ratio can be below 1. Where the device is the host, as on ort-node/cpu, only allocation is saved.',
  sheet: table,
});
