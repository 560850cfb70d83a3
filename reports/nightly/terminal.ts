import { plain } from '../../reference/text.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { alarmsLine, changeLine, headline, inOrder, judgedLine, nightLine, ratioOf, since } from './night-text.ts';

/** Change points that a terminal shows; the page has all. */
const CHANGES = 10;

/** A night for a terminal, in plain lines. */
export function renderNight(report: NightReport): string {
  const found = inOrder(report).flatMap((one) => [
    `  ${[one.verdict, ratioOf(one), one.id].filter(Boolean).join('  ')}`,
    `    ${[one.figures, one.detail].filter(Boolean).join(': ')}`,
    `    ${since(report, one)}`,
  ]);
  const { changes } = report;
  const levels = changes.slice(0, CHANGES).map((one) => `  ${changeLine(report, one)}`);
  const more = changes.length > CHANGES ? [`  and ${changes.length - CHANGES} more on the page`] : [];
  return `${[
    headline(report),
    nightLine(report),
    ...report.notices.map((notice) => `note: ${notice}`),
    ...found,
    judgedLine(report),
    alarmsLine(report),
    ...(levels.length > 0 ? ['change points:', ...levels, ...more] : []),
  ]
    .map((line) => `${line.match(/^ */)?.[0] ?? ''}${plain(line)}`)
    .join('\n')}\n`;
}
