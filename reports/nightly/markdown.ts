import type { NightReport } from '../../suites/nightly/report.ts';
import { escapeMarkdown } from '../markdown-text.ts';
import { plain } from '../terminal/lines.ts';
import { alarmsLine, changeLine, headline, inOrder, judgedLine, nightLine, ratioOf, since } from './night-text.ts';

/** Change points that a pull request shows. */
const CHANGES = 20;

const code = (id: string): string => `\`${plain(id).replaceAll(/[`|]/g, ' ')}\``;

/** A night in Markdown, for a pull request or a job's summary. */
export function renderNightMarkdown(report: NightReport): string {
  const found = inOrder(report).map(
    (one) =>
      `| ${one.verdict} | ${code(one.id)} | ${[ratioOf(one), one.figures, one.detail, since(report, one)].map(escapeMarkdown).join(' | ')} |`,
  );
  const notices = report.notices.map((text) => `> - ${escapeMarkdown(text)}`);
  const changes = report.changes.slice(0, CHANGES).map((one) => `- ${escapeMarkdown(changeLine(report, one))}`);
  return `${[
    `## ${headline(report)}`,
    escapeMarkdown(nightLine(report)),
    ...(notices.length > 0 ? [['> [!NOTE]', ...notices].join('\n')] : []),
    ...(found.length > 0
      ? [
          [
            '| verdict | cell | ratio | times or status | | since |',
            '| --- | --- | --- | --- | --- | --- |',
            ...found,
          ].join('\n'),
        ]
      : []),
    escapeMarkdown(judgedLine(report)),
    escapeMarkdown(alarmsLine(report)),
    ...(changes.length > 0 ? ['### Change points', changes.join('\n')] : []),
  ].join('\n\n')}\n`;
}
