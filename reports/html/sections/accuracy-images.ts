import * as Plot from '@observablehq/plot';
import { type Accuracy, classText } from '../../../suites/accuracy/figures.ts';
import type { Bin } from '../../../suites/stats/calibration.ts';
import { type ClassFigures, type Confusion, classFigures, confusions } from '../../../suites/stats/confusion.ts';
import { count, percent } from '../../../suites/stats/format.ts';
import type { Subject } from '../../table/table.ts';
import { chart, GRID } from '../kit/chart.ts';
import { type Content, html, type Markup } from '../kit/markup.ts';
import { amount, dataTable, figure, name } from '../kit/parts.ts';
import type { PanelRow } from '../kit/rows.ts';
import { type AlikeBackends, alike } from './accuracy-pairs.ts';

type Shown = { readonly subject: Subject; readonly rows: readonly PanelRow<Accuracy>[] };

/** Groups of backends that are shown for each network: more would repeat almost the same figures. */
const MOST_GROUPS = 3;
/** Pairs of classes that are listed. */
const MOST_PAIRS = 20;

/** Accuracy of each bin of confidences, beside the diagonal on which both are equal. */
function reliability(label: string, bins: readonly Bin[]): Markup {
  const filled = bins.filter(({ images }) => images > 0);
  const ticks = [0, 20, 40, 60, 80, 100];
  return chart(`Reliability diagram of ${label}: accuracy by confidence, in per cent`, ['100 %'], {
    width: 460,
    height: 280,
    marginTop: 24,
    marginRight: 20,
    x: { domain: [0, 100], label: 'confidence of the answer (%) →' },
    y: { domain: [0, 100], label: null },
    marks: [
      Plot.gridX(ticks, GRID),
      Plot.gridY(ticks, GRID),
      Plot.axisX(ticks, { tickSize: 3 }),
      Plot.axisY(ticks, { tickSize: 0, label: '↑ right answers (%)', labelArrow: 'none' }),
      Plot.rect(filled, {
        x1: (one: Bin) => 100 * one.low,
        x2: (one: Bin) => 100 * one.high,
        y1: 0,
        y2: (one: Bin) => 100 * one.accuracy,
        fill: 'var(--accent)',
        fillOpacity: 0.35,
        insetLeft: 1,
        title: (one: Bin) =>
          `${percent(one.low)}–${percent(one.high)} %: ${count(one.images, 'image')}, ${percent(one.accuracy)} % right at a mean confidence of ${percent(one.confidence)} %`,
      }),
      Plot.dot(filled, {
        x: (one: Bin) => 100 * one.confidence,
        y: (one: Bin) => 100 * one.accuracy,
        r: 3,
        fill: 'var(--accent)',
      }),
      Plot.line(
        [
          [0, 0],
          [100, 100],
        ],
        { stroke: 'var(--soft)', strokeDasharray: '3,3' },
      ),
    ],
  });
}

const binTable = (bins: readonly Bin[]): Markup =>
  dataTable<Bin>(
    [
      figure(
        'Confidence (%)',
        (one) => `${percent(one.low)} – ${percent(one.high)}`,
        (one) => one.low,
      ),
      amount('Images', (one) => one.images),
      amount('Mean confidence (%)', (one) => one.confidence, percent),
      amount('Right (%)', (one) => one.accuracy, percent),
    ],
    bins.filter(({ images }) => images > 0),
  );

type ClassText = (label: number) => string;

const classTable = ({ answers, labels }: NonNullable<Accuracy['each']>, text: ClassText): Markup =>
  dataTable<ClassFigures>(
    [
      name('Class', (one) => text(one.label)),
      amount('Images', (one) => one.images),
      amount('Right', (one) => one.right),
      amount('Recall (%)', (one) => one.right / one.images, percent),
      amount('Answers', (one) => one.answers),
      amount('Precision (%)', (one) => one.right / one.answers, percent),
    ],
    classFigures(answers, labels),
  );

function confusionTable({ answers, labels }: NonNullable<Accuracy['each']>, text: ClassText): Markup {
  const pairs = confusions(answers, labels);
  if (pairs.length === 0) return html`<p class="empty">No image got a wrong class.</p>`;
  const more = pairs.length - MOST_PAIRS;
  return html`${dataTable<Confusion>(
    [
      name('Label', (one) => text(one.label)),
      name('Answer', (one) => text(one.answer)),
      amount('Images', (one) => one.images),
    ],
    pairs.slice(0, MOST_PAIRS),
  )}${more > 0 ? html`<p class="small soft">${count(more, 'less frequent pair')} left out.</p>` : ''}`;
}

function groupFigures({ subject }: Shown, { backends, figures }: AlikeBackends): Content {
  const { calibration, each, images } = figures;
  if (each === undefined) return '';
  const bins = calibration?.bins ?? [];
  const text = classText(subject.model, figures);
  const plot =
    calibration === undefined
      ? html`<p class="empty">No confidence is a number, so that nothing can be said of calibration.</p>`
      : html`<p>Expected calibration error ${percent(calibration.error)} %: the mean distance of the bars, by confidence, from the diagonal.</p>
<div class="panels"><figure><div class="scroll">${reliability(subject.label, bins)}</div></figure></div>${binTable(bins)}`;
  return html`<details><summary>Calibration, classes and confusions of ${subject.label}, ${count(images, 'image')}: ${backends.join(', ')}</summary>
<h3>Calibration</h3>${plot}
<h3>Classes</h3>${classTable(each, text)}
<h3>Most frequent confusions</h3>${confusionTable(each, text)}</details>`;
}

/** Calibration, classes and confusions of each network, once for backends that gave every image the same class. */
export function imageFigures(shown: readonly Shown[]): Content {
  const all = shown.flatMap((one) => {
    const groups = alike(one.rows.map(({ session, figures }) => ({ backend: session.backend, figures })));
    const more = groups.length - MOST_GROUPS;
    return [
      ...groups.slice(0, MOST_GROUPS).map((group) => groupFigures(one, group)),
      ...(more > 0
        ? [html`<p class="small soft">${count(more, 'other group')} of backends of ${one.subject.label} left out.</p>`]
        : []),
    ];
  });
  return all.length > 0
    ? all
    : html`<p class="empty">This run file does not hold the class of each image: no calibration, classes or confusions.</p>`;
}
