import type { ChangeVerdict } from '../../suites/contract/change.ts';
import type { Change, Comparison } from '../compare/compare.ts';
import {
  backendTexts,
  byVerdict,
  cautions,
  controlText,
  findingTexts,
  method,
  runText,
  shownFindings,
  totals,
} from '../compare/comparison-text.ts';
import { conclude } from '../compare/conclusion.ts';
import { isBetter } from '../compare/verdicts.ts';
import { aligned, clip, painter, plain, wrap } from './lines.ts';
import type { TerminalOptions } from './terminal.ts';

/** Most cells listed of a verdict that is no regression. */
const MOST_CHANGES = 10;

/** SGR code of a verdict: red where it makes the comparison fail, green where it is better, grey for the rest. */
const verdictColor = (verdict: ChangeVerdict, failOn: readonly ChangeVerdict[]): number =>
  failOn.includes(verdict) ? 31 : isBetter(verdict) ? 32 : 90;

/** The lines about a cell. A reason that is the previous cell's too is not repeated. */
function changeLines(change: Change, previous: Change | undefined): string[] {
  return shownFindings(change).map((one, i) => {
    const [ratio, figures, detail] = findingTexts(one);
    const repeated = i === 0 && detail.length > 40 && previous?.detail === detail;
    const other = one.verdict === change.verdict ? '' : `${one.verdict}:`;
    return [other, ratio, figures, repeated ? 'as above' : detail].filter(Boolean).join('  ');
  });
}

/** A comparison in lines of at most `width` characters: what changed, cell by cell, and how that was decided. */
export function renderComparison(comparison: Comparison, { color, width }: TerminalOptions): string {
  const sgr = painter(color);
  const { failOn } = comparison.rules;
  const lines: string[] = [];
  const write = (text: string, indent: string, paint: number) => {
    for (const line of wrap(plain(text), width - indent.length)) lines.push(indent + sgr(paint, line));
  };
  write(`base: ${runText(comparison.base)}`, '', 0);
  write(`head: ${runText(comparison.head)}`, '', 0);
  for (const text of cautions(comparison)) write(`notice: ${text}`, '', 33);
  for (const { verdict, changes } of byVerdict(comparison)) {
    if (verdict === 'same') continue;
    lines.push('', sgr(verdictColor(verdict, failOn), `${verdict} (${changes.length})`));
    const shown = failOn.includes(verdict) ? changes : changes.slice(0, MOST_CHANGES);
    shown.forEach((change, i) => {
      write(change.id, '  ', 1);
      for (const line of changeLines(change, shown[i - 1])) write(line, '    ', 0);
    });
    if (shown.length < changes.length) write(`and ${changes.length - shown.length} more: --json lists all`, '  ', 90);
  }
  if (comparison.backends.length > 0) {
    lines.push('', 'backends (geometric mean of head ÷ base, 95 % interval)');
    const texts = aligned(comparison.backends.map(backendTexts)).map((text) => plain(clip(text, width - 2)));
    comparison.backends.forEach(({ verdict }, i) => {
      const paint = verdict === 'slower' || verdict === 'faster' ? verdictColor(verdict, failOn) : 0;
      lines.push(`  ${sgr(paint, texts[i] ?? '')}`);
    });
  }
  lines.push('');
  write([method(comparison), controlText(comparison)].filter(Boolean).join(' '), '', 90);
  lines.push('');
  write(totals(comparison), '', 0);
  const { regressed, text } = conclude(comparison);
  write(text, '', regressed ? 31 : 32);
  return `${lines.join('\n')}\n`;
}
