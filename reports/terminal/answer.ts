import { maximum } from '../../reference/collect.ts';
import { count, NONE, number } from '../../suites/stats/format.ts';
import { adviceOf, type Fastest, fastestOn, knownText, SAID } from '../table/answers.ts';
import type { Score } from '../table/criteria.ts';
import { type Choice, choicesOf } from '../table/decision.ts';
import { firstWrongOfSession, isLocatable } from '../table/first-wrong.ts';
import { STATUSES } from '../table/status.ts';
import type { SessionRows, Table } from '../table/table.ts';
import { clip, plain, wrap } from './lines.ts';

/** What a line of the answer is painted as. */
export type AnswerLine = { readonly text: string; readonly kind: 'plain' | 'title' | 'key' | 'bad' | 'doubt' };

/** Sessions that are named where many failed, and networks whose fastest are. */
const [MOST, NETWORKS] = [8, 20];

/** Statuses that are news: a figure is wrong, in doubt, or missing where it should be. */
const FAILED: readonly SessionRows['status'][] = ['crash', 'timeout', 'wrong', 'suspect', 'fallback'];

const scoreText = (score: Score | undefined): string =>
  score === undefined
    ? NONE
    : `${score.text}${score.interval ? ` (${number(score.interval[0])}–${number(score.interval[1])})` : ''}`;

/** A network's fastest, on each host that has one. */
type Answered = { readonly choice: Choice; readonly found: readonly Fastest[] };

/** Whether the best of all hosts are of one input size, which is then named with the network. */
const isOneSize = ({ found }: Answered): boolean => new Set(found.map(({ best }) => best.size)).size === 1;

function titleOf(answered: Answered): string {
  const { choice, found } = answered;
  const size = choice.sizes.length > 1 && isOneSize(answered) ? found[0]?.best.size : undefined;
  return plain(size === undefined ? choice.label : `${choice.label} · ${size}×${size}`);
}

/** The columns of a line: host, backend and what is said of it. The last are left out where the width is short. */
function fastestLines(answered: readonly Answered[], browser: string, width: number): AnswerLine[] {
  const head = ['', 'fastest right', ...SAID.map(({ title, unit }) => `${title.toLowerCase()} ${unit}`)];
  const textsOf = ({ host, best }: Fastest, isSized: boolean): string[] => [
    host === 'node' ? 'Node' : plain(browser),
    `${plain(best.backend)}${isSized ? '' : ` at ${best.size}×${best.size}`}`,
    ...SAID.map(({ id }) => scoreText(best.scores.get(id))),
  ];
  const rows = answered.flatMap((one) => one.found.map((best) => textsOf(best, isOneSize(one))));
  const widths = head.map((title, i) => maximum([title, ...rows.map((row) => row[i] ?? '')].map((one) => one.length)));
  const total = () => widths.reduce((sum, one) => sum + one + 2, 0);
  while (total() > width && widths.length > 3) widths.pop();
  const line = (texts: readonly string[]) =>
    clip(
      `  ${widths.map((own, i) => (i < 2 ? (texts[i] ?? '').padEnd(own) : (texts[i] ?? '').padStart(own))).join('  ')}`,
      width,
    );
  return [
    { text: line(head), kind: 'key' },
    ...answered.flatMap((network): AnswerLine[] => [
      { text: clip(titleOf(network), width), kind: 'title' },
      ...network.found.flatMap((one): AnswerLine[] => {
        const text = line(textsOf(one, isOneSize(network)));
        const note = plain(one.notes.join('; '));
        if (note === '') return [{ text, kind: 'plain' }];
        if (text.length + 2 + note.length <= width) return [{ text: `${text}  ${note}`, kind: 'plain' }];
        const below = wrap(note, width - 4).map((own): AnswerLine => ({ text: `    ${own}`, kind: 'key' }));
        return [{ text, kind: 'plain' }, ...below];
      }),
    ]),
  ];
}

/** What failed, session by session: its first wrong layer, and the command that finds it. */
function failureLines(table: Table, width: number): AnswerLine[] {
  const failed = FAILED.flatMap((status) => table.sessions.filter((session) => session.status === status));
  const lines = failed.slice(0, MOST).flatMap((session): AnswerLine[] => {
    const { status, backend, subject, rows } = session;
    const first = firstWrongOfSession(table, session);
    const row = first?.row ?? rows.find((one) => one.status === status);
    const layer =
      first === undefined ? '' : `; ${first.proven ? 'first wrong layer' : 'first beyond its limit'}: ${first.name}`;
    const text = plain(`${status}: ${backend}, ${subject.label}${layer}`);
    const kind = status === 'suspect' ? 'doubt' : 'bad';
    return [
      ...wrap(text, width).map((one): AnswerLine => ({ text: one, kind })),
      ...(row === undefined
        ? []
        : wrap(`npm run ${isLocatable(row) ? 'locate' : 'bench'} -- ${plain(row.id)}`, width - 2).map(
            (one): AnswerLine => ({ text: `  ${one}`, kind: 'plain' }),
          )),
    ];
  });
  const more = failed.length - MOST;
  return more > 0 ? [...lines, { text: clip(`and ${more} more, listed above`, width), kind: 'key' }] : lines;
}

/**
 * What a run decided, in the lines that a terminal shows last: how its cells ended, the fastest right backend of each
 * network and host with its start and memory, and what failed. The same judgement as the page's.
 */
export function answerLines(table: Table, browser: string, width: number): AnswerLine[] {
  const asLines = (text: string, kind: AnswerLine['kind']) =>
    wrap(plain(text), width).map((one): AnswerLine => ({ text: one, kind }));
  const blank: AnswerLine = { text: '', kind: 'plain' };
  const answered = choicesOf(table)
    .map((choice) => ({
      choice,
      found: (['node', 'browser'] as const).flatMap((host) => fastestOn(choice, host) ?? []),
    }))
    .filter(({ found }) => found.length > 0);
  const shown = answered.slice(0, NETWORKS);
  const more = answered.length - shown.length;
  const counts = STATUSES.map((status) => [status, table.rows.filter((row) => row.status === status).length] as const);
  const totals = counts.flatMap(([status, n]) => (n > 0 ? [`${n} ${status}`] : [])).reverse();
  const known = knownText(table);
  const failures = failureLines(table, width);
  const advice = adviceOf(table);
  return [
    ...(shown.length > 0 ? [...fastestLines(shown, browser, width)] : []),
    ...(more > 0 ? asLines(`and ${count(more, 'more network')}: the page has all`, 'key') : []),
    ...(shown.length > 0 ? [blank] : []),
    ...failures,
    ...(failures.length > 0 ? [blank] : []),
    ...asLines([count(table.rows.length, 'cell'), ...totals].join(' · '), 'title'),
    ...(known === undefined ? [] : asLines(known, 'plain')),
    ...advice.flatMap((text) => asLines(text, 'plain')),
  ];
}
