import * as Plot from '@observablehq/plot';
import { NONE, number, ratio } from '../../../suites/stats/format.ts';
import type { Interval } from '../../../suites/stats/quantiles.ts';
import { findSuite } from '../../../suites/suites.ts';
import { bestOf, hasBatches, type ScenarioRow, type Step, scenariosOf, type Tail } from '../../table/scenarios.ts';
import { timesOf } from '../../table/table.ts';
import { autoScale, chart, clipped, GRID, keyEntry, legend, SIGNS, shareOf, tickLabel } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { withoutAnywhere } from '../kit/missing.ts';
import {
  amount,
  badge,
  bounded,
  type Column,
  command,
  dataTable,
  empty,
  figure,
  name,
  type Page,
  prose,
  roomy,
  swatch,
} from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

const HEIGHT = 300;
const MARGINS = { marginTop: 20, marginBottom: 40, marginRight: 132, marginLeft: 48 } as const;
/** Pixels between the labels of lines that end close to each other. */
const LABEL = 12;

/** A step with a figure, and the backend that it is a point of. */
type Point = { readonly backend: string; readonly step: Step; readonly rate: NonNullable<Step['rate']> };

const pointsOf = (rows: readonly ScenarioRow[]): Point[] =>
  rows.flatMap(({ backend, offline }) =>
    offline.flatMap((step) => (step.rate === undefined ? [] : [{ backend, step, rate: step.rate }])),
  );

/** The heights, in pixels from the top, at which labels stand near these without covering each other. */
function spread(heights: readonly number[]): number[] {
  const order = heights.map((height, index) => ({ height, index })).sort((a, b) => a.height - b.height);
  const placed = [...heights];
  let below = Number.NEGATIVE_INFINITY;
  for (const { height, index } of order) {
    below = Math.max(height, below + LABEL);
    placed[index] = below;
  }
  const over = Math.max(0, below - (HEIGHT - MARGINS.marginBottom));
  return placed.map((height) => height - over);
}

/** Images per second against the batch, a line for each backend. */
function panel(label: string, rows: readonly ScenarioRow[], palette: Page['palette']): Markup {
  const points = pointsOf(rows);
  const batches = [...new Set(rows.flatMap(({ offline }) => offline.map(({ batch }) => batch)))].sort((a, b) => a - b);
  const scale = autoScale(
    points.flatMap(({ rate }) => [rate.median, ...(rate.interval ?? [])]),
    6,
  );
  const [low] = scale.domain;
  const frame = HEIGHT - MARGINS.marginTop - MARGINS.marginBottom;
  const y = (value: number) => MARGINS.marginTop + frame * (1 - shareOf(scale, value));
  const ends = rows.flatMap(({ backend }) => points.filter((one) => one.backend === backend).at(-1) ?? []);
  const heights = spread(ends.map(({ rate }) => y(rate.median)));
  const color = ({ backend }: Point) => palette(backend);
  const x = ({ step }: Point) => step.batch;
  const height = ({ rate }: Point) => rate.median;
  return chart(`Images per second of ${label} against the batch, by backend`, [], {
    ...MARGINS,
    width: 520,
    height: HEIGHT,
    x: { type: 'log', base: 2, domain: [batches[0] ?? 1, batches.at(-1) ?? 1], label: 'batch →' },
    y: { type: scale.type, domain: scale.domain, label: '↑ images per second' },
    marks: [
      Plot.gridY(scale.ticks, GRID),
      Plot.axisX(batches, { tickFormat: String, tickSize: 3 }),
      Plot.axisY(scale.ticks, { tickFormat: tickLabel, tickSize: 3 }),
      Plot.line(points, { x, y: height, z: 'backend', stroke: color, strokeWidth: 1.8 }),
      Plot.ruleX(
        points.filter(({ rate }) => rate.interval !== undefined),
        {
          x,
          y1: ({ rate }: Point) => Math.max(low, rate.interval?.[0] ?? rate.median),
          y2: ({ rate }: Point) => rate.interval?.[1] ?? rate.median,
          stroke: color,
          strokeWidth: 1.5,
        },
      ),
      Plot.dot(points, {
        x,
        y: height,
        r: ({ step }: Point) => (step.best ? 5 : 3),
        stroke: color,
        fill: (one: Point) => (one.step.status === 'ok' ? color(one) : 'var(--bg)'),
        title: ({ backend, step, rate }: Point) =>
          `${backend}, batch ${step.batch}: ${number(rate.median)} images/s, ${step.status}`,
      }),
      ...ends.map((end, i) =>
        Plot.text([end], {
          x,
          y: height,
          dx: 10,
          dy: (heights[i] ?? 0) - y(end.rate.median),
          textAnchor: 'start',
          text: ({ backend }: Point) => clipped(backend),
        }),
      ),
    ],
  });
}

const interval = (bounds: Interval | undefined): string => bounds?.map(number).join(' – ') ?? NONE;

/** The columns of a percentile. */
const tailColumns = (title: string, pick: (row: ScenarioRow) => Tail | undefined): Column<ScenarioRow>[] => [
  amount(`${title} (ms)`, (row) => pick(row)?.ms?.median, number),
  figure(
    'Interval (ms)',
    (row) => interval(pick(row)?.ms?.interval),
    (row) => pick(row)?.ms?.interval?.[0],
  ),
  amount('Queries', (row) => pick(row)?.samples || undefined),
];

/** Why percentiles are missing, said once where it is the same. */
function lacksOf({ single, multi }: ScenarioRow): string {
  const [p90, p99] = [single?.lacks, multi?.lacks];
  if (p90 === p99) return p90 ?? '';
  return [...(p90 ? [`p90: ${p90}`] : []), ...(p99 ? [`p99: ${p99}`] : [])].join('; ');
}

/** Whether a best batch is one of several with a figure. */
const hasChoice = ({ offline }: ScenarioRow): boolean => offline.filter(({ rate }) => rate !== undefined).length > 1;

/** The column that names a backend and its network. */
const named = <T>(row: (item: T) => ScenarioRow, palette: Page['palette']): Column<T> =>
  name('Backend and network', (item) => {
    const { backend, label } = row(item);
    return html`${swatch(palette(backend))}${backend} <span class="soft of">${label}</span>`;
  });

const summary = (rows: readonly ScenarioRow[], palette: Page['palette']): Markup =>
  dataTable<ScenarioRow>(
    [
      named((row) => row, palette),
      ...tailColumns('Single-stream p90', (row) => row.single),
      ...tailColumns('Multi-stream p99', (row) => row.multi),
      amount('Offline (images/s)', (row) => bestOf(row)?.rate?.median, number),
      figure(
        'Interval (images/s)',
        (row) => interval(bestOf(row)?.rate?.interval),
        (row) => bestOf(row)?.rate?.interval?.[0],
      ),
      amount('Best batch', (row) => (hasChoice(row) ? bestOf(row)?.batch : undefined)),
      name(
        'Statistically tied',
        ({ offline }) => offline.flatMap(({ tied, batch }) => (tied ? [batch] : [])).join(', ') || NONE,
      ),
      prose('Note', (row) => roomy(lacksOf(row))),
    ],
    rows,
  );

type Line = { readonly row: ScenarioRow; readonly step: Step };

const details = (rows: readonly ScenarioRow[], palette: Page['palette']): Markup =>
  dataTable<Line>(
    [
      named(({ row }) => row, palette),
      amount('Batch', ({ step }) => step.batch),
      name('Status', ({ step }) => badge(step.status)),
      amount('Images/s', ({ step }) => step.rate?.median, number),
      figure(
        'Interval (images/s)',
        ({ step }) => interval(step.rate?.interval),
        ({ step }) => step.rate?.interval?.[0],
      ),
      bounded('÷ batch 1', ({ step: { gain } }) => gain && { value: gain.ratio, interval: gain.interval }, ratio),
      name('Best', ({ row, step }) => (!hasChoice(row) ? '' : step.best ? 'best' : step.tied ? 'tied' : '')),
      prose('Note', ({ step }) => roomy(step.lacks ?? '')),
      name('Cell', ({ step }) => command(step.id)),
    ],
    rows.flatMap((row) => row.offline.map((step) => ({ row, step }))),
  );

/** MLPerf inference's scenarios, from the cells of latency. */
function scenariosSection({ table, palette }: Page): Markup {
  const rows = scenariosOf(table);
  const planned = table.rows.filter((row) => findSuite(row.cell.suite)?.times);
  if (pointsOf(rows).length === 0) return empty(planned, 'A scenario was', '--scenario single-stream,offline');
  const able = rows.filter(({ offline }) => offline.some(({ rate }) => rate !== undefined));
  const labels = [...new Set(rows.map(({ label }) => label))];
  const plots = labels.flatMap((label) => {
    const members = rows.filter((row) => row.label === label);
    if (!hasBatches(members) || pointsOf(members).length === 0) return [];
    return [html`<figure><h3>${label}</h3><div class="scroll">${panel(label, members, palette)}</div></figure>`];
  });
  const shown =
    plots.length > 0
      ? html`${legend([
          keyEntry(SIGNS.dot, 'the large dot is a backend’s best batch'),
          keyEntry(SIGNS.interval, 'interval, from 3 rounds on (upright)'),
          keyEntry(SIGNS.hollow, 'not ok: see its status'),
        ])}<div class="panels">${plots}</div>`
      : html`<p class="small soft">Only one batch size was requested, which covers one scenario. All three: <code class="copy">npm run bench -- --scenario single-stream,multi-stream,offline</code></p>`;
  return html`<p>The scenarios of MLPerf inference. Single-stream: the p90 latency of one-image queries. Multi-stream: the p99 latency of eight-image queries. Offline: images per second with all images available. Each query starts when the previous one is complete.</p>
${shown}
${summary(able, palette)}
${withoutAnywhere(planned)}
<p class="small soft">A percentile is the median over the rounds’ percentiles. It needs 29 samples (p90) or 299 samples (p99) of one call each in every round. Offline throughput is a round’s images divided by the time of all its calls, so slow calls count. Best is the batch with the highest throughput. Tied are batches whose ratio to it has an interval that includes 1, or no interval (below 3 rounds). The names are MLPerf’s, but not all its rules are kept: LoadGen runs for ten minutes, and its results are reviewed.</p>
<details><summary>Every batch, and why one has no figure</summary>${details(rows, palette)}</details>`;
}

export const scenarios: Section = {
  id: 'scenarios',
  title: 'Scenarios',
  has: ({ table }) => table.rows.some(timesOf),
  render: scenariosSection,
};
