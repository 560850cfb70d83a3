import { cautions, method, metricText, runText, totals } from '../compare/comparison-text.ts';
import { answered, concludeAll, meanText, type SideBySide, sideText } from '../compare/side-by-side.ts';
import { clip, painter, plain, wrap } from './lines.ts';
import type { TerminalOptions } from './terminal.ts';

/** Widest column of a run, and of backends. */
const COLUMN = 34;
const LABEL = 36;
const GAP = '  ';

/** A row of a table, or a line above the rows that follow. */
type Line = { readonly label: string; readonly texts: readonly string[] } | { readonly heading: string };

const label = (text: string): string => clip(plain(text), LABEL);
const widthOf = (texts: readonly string[]): number => Math.min(COLUMN, Math.max(...texts.map(({ length }) => length)));

/** The columns in groups that fit into a width, in order; where not even one fits, one at a time. */
function groupsOf(widths: readonly number[], room: number): number[][] {
  const groups: number[][] = [];
  let left = 0;
  widths.forEach((width, i) => {
    const group = groups.at(-1);
    if (group === undefined || width + GAP.length > left) {
      groups.push([i]);
      left = room - width - GAP.length;
    } else {
      group.push(i);
      left -= width + GAP.length;
    }
  });
  return groups;
}

/** A table with a column for each name. Columns that do not fit continue below, with the same rows. */
function table(title: string, names: readonly string[], lines: readonly Line[], width: number): string[] {
  const rows = lines.flatMap((line) => ('label' in line ? [line] : []));
  const first = Math.max(title.length, ...rows.map((row) => label(row.label).length + GAP.length));
  const widths = names.map((name, i) => widthOf([plain(name), ...rows.map(({ texts }) => plain(texts[i] ?? ''))]));
  return groupsOf(widths, width - first).flatMap((group) => {
    const row = (head: string, texts: readonly string[]) =>
      clip(
        [head.padEnd(first), ...group.map((i) => clip(plain(texts[i] ?? ''), COLUMN).padEnd(widths[i] ?? 0))]
          .join(GAP)
          .trimEnd(),
        width,
      );
    return [
      '',
      row(title, names),
      ...lines.map((line) =>
        'heading' in line ? clip(plain(line.heading), width) : row(`${GAP}${label(line.label)}`, line.texts),
      ),
    ];
  });
}

/** The cells' rows by backend, under a line that says what else they have in common. */
function cellLines(side: SideBySide): Line[] {
  let before = '';
  return answered(side).flatMap(({ id, cells }): Line[] => {
    const at = id.lastIndexOf(':');
    const heading = id.slice(0, at);
    const row: Line = { label: id.slice(at + 1), texts: cells.map(sideText) };
    if (heading === before) return [row];
    before = heading;
    return [{ heading }, row];
  });
}

/** Several runs as a table: a row for each cell, a column for each run; then the means, and what follows for each run. */
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
  lines.push(...table('cell', names, cellLines(side), width));
  const left = side.rows.length - answered(side).length;
  if (left > 0) write(`${left} cells without an answer in any run: --json lists them`, 90);
  const means = side.backends.map(({ backend, metric, means: of }) => ({
    label: `${backend} ${metricText(metric)}`,
    texts: ['', ...of.map(meanText)],
  }));
  if (means.length > 0) lines.push(...table('geometric mean ÷ base', names, means, width));
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
