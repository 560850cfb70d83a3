import * as Plot from '@observablehq/plot';
import { maximum, minimum } from '../../../reference/collect.ts';
import {
  type Accuracy,
  alikeText,
  decisionsOf,
  diagnosisText,
  imageText,
  publishedOf,
  ruleOf,
} from '../../../suites/accuracy/figures.ts';
import { count, NONE, number, percent } from '../../../suites/stats/format.ts';
import { measured, type Row } from '../../table/table.ts';
import { AXES, chart, GRID, keyEntry, ROW, SIGNS } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { figure, type Page, prose, roomy, type Sheet, sheet } from '../kit/parts.ts';
import { domain, type PanelRow, rowRules, values } from '../kit/rows.ts';
import { suiteSection } from '../kit/section.ts';
import { agreementFigures } from './accuracy-agreement.ts';
import { drawnFigures } from './accuracy-drawn.ts';
import { imageFigures } from './accuracy-images.ts';

const top1 = (one: Accuracy) => one.top1 / one.images;

/** Whole per cents around the intervals and the published figures, with at most seven ticks. */
function axis(all: readonly Accuracy[], published: readonly number[]): { domain: [number, number]; ticks: number[] } {
  const low = Math.floor(minimum([...all.map((one) => 100 * one.top1Interval[0]), ...published]));
  const high = Math.ceil(maximum([...all.map((one) => 100 * one.top1Interval[1]), ...published]));
  const step = [1, 2, 5, 10, 20].find((size) => (high - low) / size <= 6) ?? 20;
  const first = Math.ceil(low / step) * step;
  return {
    domain: [low, high],
    ticks: Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, i) => first + i * step),
  };
}

function panel(label: string, rows: readonly PanelRow<Accuracy>[], palette: Page['palette']): Markup {
  const shown = rows.flatMap(({ session, row, figures }) => (figures ? [{ ...figures, session, row }] : []));
  const published = shown.flatMap((one) => {
    const figure = publishedOf(one, one.row.cell.model);
    return figure === undefined ? [] : [{ backend: one.session.backend, percent: figure.percent }];
  });
  const { domain: range, ticks } = axis(
    shown,
    published.map(({ percent }) => percent),
  );
  type Shown = (typeof shown)[number];
  const color = (one: Shown) => palette(one.session.backend);
  return chart(`Top-1 accuracy of ${label} by backend, in per cent`, domain(rows), {
    width: 460,
    height: AXES + ROW * rows.length,
    x: { domain: range, label: 'images classified correctly, top-1 (%) →' },
    y: { domain: domain(rows), label: null, padding: 0.3 },
    marks: [
      Plot.gridX(ticks, GRID),
      ...rowRules(rows),
      Plot.axisX(ticks, { tickSize: 3 }),
      Plot.tickX(published, { x: 'percent', y: 'backend', stroke: 'var(--ink)', strokeWidth: 1.5 }),
      Plot.ruleY(shown, {
        y: (one: Shown) => one.session.backend,
        x1: (one: Shown) => 100 * one.top1Interval[0],
        x2: (one: Shown) => 100 * one.top1Interval[1],
        stroke: color,
        strokeWidth: 2.5,
      }),
      Plot.dot(shown, {
        x: (one: Shown) => 100 * top1(one),
        y: (one: Shown) => one.session.backend,
        r: 4,
        stroke: color,
        strokeWidth: 1.5,
        fill: (one: Shown) => (one.row.status === 'ok' ? color(one) : 'var(--bg)'),
        title: (one: Shown) => `${one.session.backend}: ${percent(top1(one))} % of ${one.images} images`,
      }),
      ...values(rows, 'top-1 (%)', (one) => percent(top1(one))),
    ],
  });
}

/** The images whose class is not PyTorch's, as far as a line has room. */
function differing({ differs, names }: Accuracy): string {
  if (differs === null) return 'PyTorch’s predictions are unknown';
  if (differs.length === 0) return 'none';
  const named = differs
    .slice(0, 5)
    .map((one) => `#${imageText(one.image, { names })}: ${one.got} instead of ${one.expected}`);
  return `${differs.length}: ${named.join(', ')}${differs.length > named.length ? ', …' : ''}`;
}

/** How many images a cell names. */
const NAMED = 3;

/** A number of images, and the first of them with the reason. */
function noted(what: string, { count: number, first }: NonNullable<Accuracy['skipped']>): string {
  const some = first.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
  return `${count(number, 'image')} ${what} (${some.join('; ')}${number > some.length ? '; …' : ''})`;
}

/** The data set, which of its images are left out or equal, and what explains a low score. */
const described = ({ dataset, skipped, duplicates, diagnosis }: Accuracy): string =>
  [
    dataset,
    ...(skipped ? [noted('left out', skipped)] : []),
    ...(duplicates ? [noted('equal to others', duplicates)] : []),
    ...[diagnosis && diagnosisText(diagnosis), diagnosis && alikeText(diagnosis)].flatMap((text) => text ?? []),
  ].join('; ');

/** What the float64 reference says of the images that it was asked about. */
function decisions(one: Accuracy): string {
  const { settled } = one;
  if (settled === undefined) return 'not asked: no image differs';
  const { wrong, ties, same } = decisionsOf(one);
  const parts = [
    ...(wrong.length > 0 ? [`${wrong.length} ruled out`] : []),
    ...(ties.length > 0 ? [count(ties.length, 'tie')] : []),
    ...(same.length > 0 ? [`${same.length} of the same class`] : []),
    ...(settled.open > 0 ? [`${settled.open} not settled: ${settled.why}`] : []),
  ];
  return `${settled.chosen === 'samples' ? 'samples: ' : ''}${parts.join(', ')}`;
}

/** Images per second, marked where they were decoded meanwhile. */
const perSecond = ({ perSecond: value, speed }: Accuracy): string =>
  value === undefined ? NONE : `${number(value)}${speed?.from === 'decoding' ? ' while decoding' : ''}`;

/** MLPerf's rule, in words. */
function mlperf(one: Accuracy, model: string): string {
  const rule = ruleOf(one, model);
  return rule === undefined ? NONE : `${percent(rule.share)} ${rule.passes ? '✓' : '✗'}`;
}

type Line = { readonly row: Row; readonly accuracy: Accuracy | undefined };

const table = (rows: readonly Row[]): Sheet => {
  const share = (title: string, pick: (one: Accuracy) => number) =>
    figure<Line>(
      title,
      ({ accuracy }) => (accuracy ? percent(pick(accuracy) / accuracy.images) : NONE),
      ({ accuracy }) => accuracy && pick(accuracy) / accuracy.images,
    );
  const interval = (pick: (one: Accuracy) => readonly [number, number]) =>
    figure<Line>(
      'Interval (%)',
      ({ accuracy }) => (accuracy ? pick(accuracy).map(percent).join(' – ') : NONE),
      ({ accuracy }) => accuracy && pick(accuracy)[0],
    );
  return sheet<Line>(
    ({ row }) => row,
    [
      share('Top-1 (%)', (one) => one.top1),
      interval((one) => one.top1Interval),
      figure(
        'Published Top-1 (%)',
        ({ row, accuracy }) => (accuracy ? (publishedOf(accuracy, row.cell.model)?.percent.toFixed(2) ?? NONE) : NONE),
        ({ row, accuracy }) => accuracy && publishedOf(accuracy, row.cell.model)?.percent,
      ),
      figure(
        'MLPerf (%)',
        ({ row, accuracy }) => (accuracy ? mlperf(accuracy, row.cell.model) : NONE),
        ({ row, accuracy }) => accuracy && ruleOf(accuracy, row.cell.model)?.share,
      ),
      share('Top-5 (%)', (one) => one.top5),
      interval((one) => one.top5Interval),
      figure(
        'Images',
        ({ accuracy }) => (accuracy ? `${accuracy.images} of ${accuracy.available}` : NONE),
        ({ accuracy }) => accuracy?.images,
      ),
      figure(
        'Images per second',
        ({ accuracy }) => (accuracy ? perSecond(accuracy) : NONE),
        ({ accuracy }) => accuracy?.perSecond,
      ),
      prose('Differ from PyTorch', ({ accuracy }) => (accuracy ? roomy(differing(accuracy)) : NONE)),
      prose('float64 reference', ({ accuracy }) => (accuracy ? roomy(decisions(accuracy)) : NONE)),
      figure(
        'Calibration error (%)',
        ({ accuracy }) => (accuracy?.calibration ? percent(accuracy.calibration.error) : NONE),
        ({ accuracy }) => accuracy?.calibration?.error,
      ),
      prose('Data set', ({ accuracy }) => (accuracy ? roomy(described(accuracy)) : NONE)),
    ],
    rows.map((row) => ({ row, accuracy: measured(row, 'accuracy') })),
  );
};

/** Share of images classified right. */
export const accuracy = suiteSection({
  suite: 'accuracy',
  title: 'Accuracy',
  missing: 'Accuracy was',
  query: 'accuracy:resnet8.shapes10',
  intro: 'Top-1 and Top-5 of the trained network on labelled images.',
  legend: [
    keyEntry(SIGNS.dot, 'top-1'),
    keyEntry(SIGNS.interval, 'Wilson’s 95 % interval'),
    keyEntry(SIGNS.tick, 'published for the whole set'),
    keyEntry(SIGNS.hollow, 'not ok: see its status'),
  ],
  layout: 'panels',
  plot: panel,
  notes: () =>
    'The interval describes this network on images like these. All backends see the same images, so they are compared image by image, below. A backend that the budget cut short saw fewer images; its Top-1 alone is not comparable. The float64 reference settles images with another class than PyTorch’s or an earlier backend’s: beyond the error that is allowed the class is wrong, within it the image is a tie, which accuses nobody. MLPerf: Top-1 as a share of PyTorch’s on the same images, or of the published one where the whole set was classified; 99 % passes (✓).',
  sheet: table,
  more: ({ table: all, rows, shown, palette }) => html`${drawnFigures(rows)}${agreementFigures({ table: all, palette })}
${imageFigures(shown)}`,
  cell: ({ rows, shown }) => html`${table(rows).facts()}${drawnFigures(rows)}${imageFigures(shown)}`,
});
