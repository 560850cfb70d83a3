import { maximum } from '../../reference/collect.ts';
import type { Run } from '../../suites/record/record.ts';
import { count, NONE, perCent } from '../../suites/stats/format.ts';
import { agreementsOf, agreementText } from '../table/agreement.ts';
import { isLocatable } from '../table/first-wrong.ts';
import { sessionsOf } from '../table/lookup.ts';
import type { RowStatus } from '../table/status.ts';
import { impreciseRows, problemsOf, type Row, type Table, tabulate, told, warningsByKind } from '../table/table.ts';
import { type AnswerLine, answerLines } from './answer.ts';
import { COLUMNS, type Column } from './columns.ts';
import { clip, painter, plain, wrap } from './lines.ts';
import { scenarioLines } from './scenarios.ts';

export type TerminalOptions = { readonly color: boolean; readonly width: number };

/** SGR codes: red for what is broken, magenta for what is in doubt, yellow for what is not as asked, grey for what was not done. */
const CODES: { readonly [status in RowStatus]: number } = {
  ok: 32,
  wrong: 31,
  crash: 31,
  timeout: 31,
  suspect: 35,
  fallback: 33,
  unsupported: 90,
  'not run': 90,
  partial: 33,
};

/** SGR codes of the answer's lines. */
const PAINT: { readonly [kind in AnswerLine['kind']]: number } = { plain: 39, title: 1, key: 90, bad: 31, doubt: 35 };

const GAP = '  ';
const INDENT = '  ';

/** The columns that fit, and the width of each. */
function layout(table: Table, width: number): { column: Column; width: number }[] {
  // A column that nothing fills is no news.
  const filled = COLUMNS.filter(
    (one) => one.spare === 0 || table.sessions.some((session) => one.text(session) !== NONE),
  );
  const sized = filled.map((column) => ({
    column,
    width: maximum([column.title.length, ...table.sessions.map((session) => column.text(session).length)]),
  }));
  const total = () => INDENT.length + sized.reduce((sum, one) => sum + one.width + GAP.length, -GAP.length);
  while (total() > width) {
    const last = sized.reduce((a, b) => (b.column.spare > a.column.spare ? b : a));
    if (last.column.spare > 0) sized.splice(sized.indexOf(last), 1);
    else {
      const [backend] = sized;
      if (backend) backend.width = Math.max(4, backend.width - (total() - width));
      break;
    }
  }
  return sized;
}

/** The cells of a problem: each one where they are few, else the backends and one example. */
function affected(rows: readonly Row[]): string[] {
  const command = (row: Row) => `npm run ${isLocatable(row) ? 'locate' : 'bench'} -- ${plain(row.id)}`;
  if (rows.length <= 2) return rows.map(command);
  const backends = [...new Set(rows.map((row) => plain(row.cell.backend)))];
  const models = [...new Set(rows.map((row) => plain(row.cell.model)))];
  return [
    `${count(rows.length, 'cell')}: ${backends.join(', ')} × ${models.join(', ')}`,
    ...rows.slice(0, 1).map((row) => `such as ${command(row)}`),
  ];
}

/** What the shown columns mean, where their titles do not say it. */
function legend(table: Table, shown: readonly Column[]): string {
  const few = table.rows.some((row) => told(row, (suite, figures) => suite.few?.(figures)));
  return [
    ...shown.flatMap((one) => one.legend ?? []),
    ...(few ? ['* fewer than 3 rounds or 10 samples'] : []),
    `${NONE} not measured`,
  ].join(' · ');
}

/** The table of a run, what is not ok in it, and the answer at its end, in lines of at most `width` characters. */
export function renderTerminal(run: Run, { color, width }: TerminalOptions): string {
  const table = tabulate(run);
  const sgr = painter(color);
  const indented = (text: string, indent: string) => wrap(text, width - indent.length).map((line) => indent + line);
  const columns = layout(table, width);
  const line = (texts: readonly string[], paint: (text: string, index: number) => string) =>
    INDENT +
    columns
      .map((one, i) => {
        const text = clip(texts[i] ?? '', one.width);
        return paint(one.column.right ? text.padStart(one.width) : text.padEnd(one.width), i);
      })
      .join(GAP);
  const agreements = new Map(agreementsOf(table).map((agreement) => [agreement.subject, agreement]));
  const lines: string[] = [];
  for (const subject of table.subjects) {
    if (lines.length > 0) lines.push('');
    else
      lines.push(
        sgr(
          90,
          line(
            columns.map((one) => one.column.title),
            (text) => text,
          ),
        ),
      );
    lines.push(sgr(1, clip(plain(subject.label), width)));
    for (const session of sessionsOf(table, subject))
      lines.push(
        line(
          columns.map((one) => one.column.text(session)),
          (text, i) => (columns[i]?.column.title === 'status' ? sgr(CODES[session.status], text) : text),
        ),
      );
    const agreement = agreements.get(subject);
    if (agreement !== undefined)
      lines.push(sgr(90, INDENT + clip(plain(agreementText(agreement)), width - INDENT.length)));
  }
  if (lines.length === 0) lines.push(...wrap('No cells were planned: npm run list shows what can run.', width));
  else
    lines.push(
      '',
      ...wrap(
        legend(
          table,
          columns.map((one) => one.column),
        ),
        width,
      ).map((text) => sgr(90, text)),
    );
  const scenarios = scenarioLines(table, width);
  if (scenarios.length > 0) lines.push('');
  for (const { text, kind } of scenarios) lines.push(kind === 'row' ? text : sgr(kind === 'title' ? 1 : 90, text));
  for (const problem of problemsOf(table)) {
    lines.push('');
    const [first = '', ...rest] = indented(`${problem.status}: ${plain(problem.reason)}`, '');
    lines.push(sgr(CODES[problem.status], first), ...rest);
    if (problem.fix !== undefined) lines.push(...indented(`fix: ${plain(problem.fix)}`, INDENT));
    for (const text of affected(problem.rows)) lines.push(...indented(text, INDENT));
  }
  for (const { text, rows } of warningsByKind(table)) {
    const [first = '', ...rest] = indented(`warning: ${text}`, '');
    lines.push('', sgr(33, first), ...rest);
    for (const line of affected(rows)) lines.push(...indented(line, INDENT));
  }
  const imprecise = impreciseRows(table);
  if (imprecise.length > 0) {
    const asked = `${perCent(run.header.within ?? 0)} %`;
    const text = `did not reach ±${asked} before the budget or the rounds ended: raise --budget or --rounds`;
    lines.push('', ...wrap(`${count(imprecise.length, 'timed cell')} ${text}`, width));
    for (const line of affected(imprecise)) lines.push(...indented(line, INDENT));
  }
  const notices = [...run.damaged, ...table.unreadable.map((id) => `not a cell id: ${id}`)];
  if (notices.length > 0) lines.push('');
  for (const notice of notices) lines.push(...wrap(`damaged: ${plain(notice)}`, width));
  lines.push('');
  const browser = run.header.environment.browser?.name ?? 'a browser';
  for (const { text, kind } of answerLines(table, browser, width))
    lines.push(kind === 'plain' ? text : sgr(PAINT[kind], text));
  return `${lines.join('\n')}\n`;
}
