import type { ChangeVerdict } from '../../suites/contract/change.ts';
import { REGRESSIONS } from '../compare/changes.ts';
import { type Change, type Comparison, isRegression } from '../compare/compare.ts';
import { byVerdict, cautions, conclusion, method, ratioText, runText, totals } from '../compare/comparison-text.ts';
import { painter, plain, wrap } from './lines.ts';
import type { TerminalOptions } from './terminal.ts';

/** Most cells listed of a verdict that is no regression. */
const MOST_CHANGES = 10;

/** SGR codes: red for regressions, green for what got better, grey for the rest. */
const GOOD: readonly ChangeVerdict[] = ['mended', 'faster', 'more accurate', 'less memory'];
const code = (verdict: ChangeVerdict) => (REGRESSIONS.includes(verdict) ? 31 : GOOD.includes(verdict) ? 32 : 90);

/** A comparison in lines of at most `width` characters: what changed, cell by cell, and how that was decided. */
export function renderComparison(comparison: Comparison, { color, width }: TerminalOptions): string {
  const sgr = painter(color);
  const lines: string[] = [];
  const write = (text: string, indent: string, paint: number) => {
    for (const line of wrap(plain(text), width - indent.length)) lines.push(indent + sgr(paint, line));
  };
  write(`base: ${runText(comparison.base)}`, '', 0);
  write(`head: ${runText(comparison.head)}`, '', 0);
  for (const text of cautions(comparison)) write(`notice: ${text}`, '', 33);
  const listed = (change: Change) => {
    write(change.id, '  ', 1);
    write([ratioText(change), change.figures, change.detail].filter(Boolean).join('  '), '    ', 0);
  };
  for (const { verdict, changes } of byVerdict(comparison)) {
    if (verdict === 'same') continue;
    lines.push('', sgr(code(verdict), `${verdict} (${changes.length})`));
    const shown = REGRESSIONS.includes(verdict) ? changes : changes.slice(0, MOST_CHANGES);
    for (const change of shown) listed(change);
    if (shown.length < changes.length) write(`and ${changes.length - shown.length} more: --json lists all`, '  ', 90);
  }
  lines.push('');
  write(method(comparison), '', 90);
  lines.push('');
  write(totals(comparison), '', 0);
  write(conclusion(comparison), '', isRegression(comparison) ? 31 : 32);
  return `${lines.join('\n')}\n`;
}
