import { cautions, method, metricText, runText, totals } from '../compare/comparison-text.ts';
import { concludeAll, meanText, type SideBySide, sideText } from '../compare/side-by-side.ts';
import { aligned } from './comparison.ts';
import { clip, painter, plain, wrap } from './lines.ts';
import type { TerminalOptions } from './terminal.ts';

/** Widest column of a run. */
const COLUMN = 34;

/** Room for a cell's id beside the columns. */
const ID = 54;

/** Columns of runs in groups that fit beside the ids; where not one fits, one at a time. */
function groupsOf(count: number, width: number): number[][] {
  const fit = Math.max(1, Math.floor((width - ID) / (COLUMN / 2)));
  return Array.from({ length: Math.ceil(count / fit) }, (_, i) =>
    Array.from({ length: Math.min(fit, count - i * fit) }, (_, j) => i * fit + j),
  );
}

/** Several runs as a table: a row for each cell, a column for each run. Too many columns continue in another table. */
export function renderSideBySide(side: SideBySide, { color, width }: TerminalOptions): string {
  const sgr = painter(color);
  const lines: string[] = [];
  const write = (text: string, paint: number) => {
    for (const line of wrap(plain(text), width)) lines.push(sgr(paint, line));
  };
  side.runs.forEach(({ name, run }, i) => {
    write(`${i === 0 ? 'base ' : ''}${name}: ${runText(run)}`, 0);
  });
  for (const { name, comparison } of side.comparisons)
    for (const text of cautions(comparison)) write(`notice: ${name}: ${text}`, 33);
  const names = side.runs.map(({ name }) => name);
  const table = (title: string, rows: readonly (readonly [string, readonly string[]])[]) => {
    for (const group of groupsOf(names.length, width)) {
      const texts = rows.map(([id, cells]) => [
        clip(plain(id), ID),
        ...group.map((i) => clip(plain(cells[i] ?? ''), COLUMN)),
      ]);
      const head = [title, ...group.map((i) => clip(plain(names[i] ?? ''), COLUMN))];
      const [first = '', ...others] = aligned([head, ...texts], width);
      lines.push('', sgr(1, first), ...others);
    }
  };
  table(
    'cell',
    side.rows.map(({ id, cells }) => [id, cells.map(sideText)]),
  );
  if (side.backends.length > 0)
    table(
      'geometric mean ÷ base',
      side.backends.map(({ backend, metric, means }) => [
        `${backend} ${metricText(metric)}`,
        ['', ...means.map(meanText)],
      ]),
    );
  const [first] = side.comparisons;
  lines.push('');
  if (first !== undefined) write(method(first.comparison), 90);
  lines.push('');
  concludeAll(side).each.forEach(({ name, text, regressed }, i) => {
    const comparison = side.comparisons[i]?.comparison;
    if (comparison !== undefined) write(`${name}: ${totals(comparison)}`, 0);
    write(`${name}: ${text}`, regressed ? 31 : 32);
  });
  return `${lines.join('\n')}\n`;
}
