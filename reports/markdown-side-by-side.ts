import { cautions, metricText, runText } from './compare/comparison-text.ts';
import { answered, concludeAll, meanText, type SideBySide, sideText } from './compare/side-by-side.ts';
import { markdownId } from './markdown.ts';
import { escapeMarkdown, markdownRow } from './markdown-text.ts';

/** Several runs side by side in Markdown: a row for each cell, a column for each run. */
export function renderSideBySideMarkdown(side: SideBySide): string {
  const names = side.runs.map(({ name }) => name);
  const rule = `| ${['', ...names].map(() => '---').join(' | ')} |`;
  const table = (rows: readonly string[]) => [markdownRow(['', ...names]), rule, ...rows].join('\n');
  const notices = side.comparisons.flatMap(({ name, comparison }) =>
    cautions(comparison).map((text) => `> - ${escapeMarkdown(`${name}: ${text}`)}`),
  );
  const parts = [
    side.runs
      .map(({ name, run }, i) => `- ${escapeMarkdown(`${i === 0 ? 'base ' : ''}${name}: ${runText(run)}`)}`)
      .join('\n'),
    concludeAll(side)
      .each.map(({ name, text }) => `- **${escapeMarkdown(name)}**: ${escapeMarkdown(text)}`)
      .join('\n'),
    ...(notices.length > 0 ? [['> [!WARNING]', ...notices].join('\n')] : []),
    table(answered(side).map(({ id, cells }) => `| ${markdownId(id)} ${markdownRow(cells.map(sideText))}`)),
    ...(side.backends.length > 0
      ? [
          table(
            side.backends.map(({ backend, metric, means }) =>
              markdownRow([`${backend}, geometric mean of ${metricText(metric)}`, '', ...means.map(meanText)]),
            ),
          ),
        ]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}
