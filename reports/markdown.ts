import type { Change, Comparison } from './compare/compare.ts';
import { byVerdict, cautions, conclusion, method, ratioText, runText, totals } from './compare/comparison-text.ts';
import { plain } from './terminal/lines.ts';

/** Text that Markdown and GitHub's HTML leave as it is, in a line or in a table's cell. */
export const escapeMarkdown = (text: string): string =>
  plain(text).replaceAll(/[\\`*_{}[\]<>|#~&@]/g, (sign) => `\\${sign}`);

const line = (change: Change): string =>
  `| \`${plain(change.id).replaceAll(/[`|]/g, ' ')}\` | ${[ratioText(change), change.figures, change.detail].map(escapeMarkdown).join(' | ')} |`;

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
        ...changes.map(line),
      ].join('\n'),
    ]);
  return `${[
    `## ${conclusion(comparison)}`,
    escapeMarkdown(totals(comparison)),
    [`- base: ${escapeMarkdown(runText(comparison.base))}`, `- head: ${escapeMarkdown(runText(comparison.head))}`].join(
      '\n',
    ),
    ...(notices.length > 0 ? [['> [!WARNING]', ...notices].join('\n')] : []),
    ...tables,
    escapeMarkdown(method(comparison)),
  ].join('\n\n')}\n`;
}
