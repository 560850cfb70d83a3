import type { CallTimes } from '../../../suites/contract/suite.ts';
import { NONE } from '../../../suites/stats/format.ts';
import type { Change, Comparison } from '../../compare/compare.ts';
import { findingTexts, metricText, ratioText } from '../../compare/comparison-text.ts';
import { timesOf } from '../../table/table.ts';
import { type ForestRow, forestHead, forestMark, forestScale } from '../kit/forest.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, dataTable, figure, name, type Page, prose } from '../kit/parts.ts';
import { verdictBadge } from '../kit/verdict.ts';
import { samplesPart } from './samples.ts';

type Finding = Change['findings'][number];

const ratioOf = (one: Finding) => ('kind' in one ? one.ratio : undefined);

function forestRow(one: Finding): ForestRow | undefined {
  const ratio = ratioOf(one);
  return 'kind' in one && ratio ? { ...ratio, threshold: one.threshold } : undefined;
}

/** What became of each figure of a cell since the baseline, its ratios drawn on one axis. */
export function changePart(change: Change | undefined, comparison: Comparison | undefined): Markup {
  if (change === undefined || comparison === undefined) return html``;
  const rows = change.findings.flatMap((one) => forestRow(one) ?? []);
  const scale = forestScale(rows);
  const ratios = [
    name<Finding>(forestHead(scale), (one) => {
      const row = forestRow(one);
      return row ? forestMark(row, scale) : '';
    }),
    figure<Finding>(
      'Head ÷ base',
      (one) => ratioText({ ratio: ratioOf(one) }) || NONE,
      (one) => ratioOf(one)?.ratio,
    ),
  ];
  return html`<h3>Since the baseline</h3>${dataTable<Finding>(
    [
      name('Verdict', (one) => verdictBadge(one.verdict, comparison.rules.failOn)),
      name('Figure', (one) => metricText(one.metric)),
      ...(rows.length > 0 ? ratios : []),
      name('Base → head', (one) => one.figures),
      prose('Why', (one) => findingTexts(one)[2]),
    ],
    change.findings,
  )}`;
}

/** The baseline's times of a cell, where they were compared: not those of another machine. */
export function baseTimes(change: Change | undefined, { base }: Page): CallTimes | undefined {
  const isCompared = change?.findings.some((one) => 'kind' in one) ?? false;
  return isCompared ? timesOf(base?.rows.find(({ id }) => id === change?.id)) : undefined;
}

/** What the baseline has of a cell that the run does not have. */
export function goneView(id: string, page: Page): Markup {
  const row = page.base?.rows.find((one) => one.id === id);
  if (row === undefined) return html``;
  const times = timesOf(row);
  return html`<h3>In the baseline</h3><p>${badge(row.status)} ${row.reasons.map(({ reason }) => reason).join('; ')}</p>
${times === undefined ? '' : samplesPart(row, times, undefined, page)}`;
}
