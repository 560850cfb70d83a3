import type { Change, Comparison } from './compare/compare.ts';
import {
  byVerdict,
  cautions,
  findingTexts,
  method,
  metricText,
  ratioText,
  runText,
  shownFindings,
  totals,
} from './compare/comparison-text.ts';
import { conclude } from './compare/conclusion.ts';
import { escapeMarkdown, markdownRow } from './markdown-text.ts';
import { plain } from './terminal/lines.ts';

/** A cell's id, as code. */
export const markdownId = (id: string): string => `\`${plain(id).replaceAll(/[`|]/g, ' ')}\``;

/** The rows about a cell: one for each finding, the id in the first. */
const rows = (change: Change): string[] =>
  shownFindings(change).map((one, i) => {
    const [ratio, figures, detail] = findingTexts(one);
    const why = [...(one.verdict === change.verdict ? [] : [one.verdict]), detail].filter(Boolean).join(': ');
    return `| ${i === 0 ? markdownId(change.id) : ''} ${markdownRow([ratio, figures, why])}`;
  });

/** A comparison in Markdown, for a pull request or a job's summary. */
export function renderMarkdown(comparison: Comparison): string {
  const notices = cautions(comparison).map((text) => `> - ${escapeMarkdown(text)}`);
  const tables = byVerdict(comparison)
    .filter(({ verdict }) => verdict !== 'same')
    .flatMap(({ verdict, changes }) => [
      `### ${verdict} (${changes.length})`,
      [
        '| case | head ÷ base (95 % interval) | base → head | |',
        '| --- | --- | --- | --- |',
        ...changes.flatMap(rows),
      ].join('\n'),
    ]);
  const backends =
    comparison.backends.length === 0
      ? []
      : [
          '### Backends (geometric means)',
          [
            '| backend | head ÷ base (95 % interval) | of | |',
            '| --- | --- | --- | --- |',
            ...comparison.backends.map((one) =>
              markdownRow([one.backend, ratioText(one), `${metricText(one.metric)}, ${one.cells} cells`, one.verdict]),
            ),
          ].join('\n'),
        ];
  return `${[
    `## ${conclude(comparison).text}`,
    escapeMarkdown(totals(comparison)),
    [`- base: ${escapeMarkdown(runText(comparison.base))}`, `- head: ${escapeMarkdown(runText(comparison.head))}`].join(
      '\n',
    ),
    ...(notices.length > 0 ? [['> [!WARNING]', ...notices].join('\n')] : []),
    ...tables,
    ...backends,
    escapeMarkdown(method(comparison)),
  ].join('\n\n')}\n`;
}
