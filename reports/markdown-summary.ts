import type { Run } from '../suites/record/record.ts';
import { NONE, number, when } from '../suites/stats/format.ts';
import { escapeMarkdown, markdownRow } from './markdown-text.ts';
import type { Score } from './table/criteria.ts';
import { type Choice, choicesOf, criteriaOf, type Standing } from './table/decision.ts';
import type { Table } from './table/table.ts';

/** What stands in the place of a rank: as on the page. */
const rankText = ({ rank, shared, unranked }: Standing): string =>
  rank === undefined ? (unranked === 'no interval' ? 'undecided' : NONE) : `${shared ? '=' : ''}${rank}`;

const scoreText = (score: Score | undefined): string =>
  score === undefined
    ? NONE
    : `${score.text}${score.interval ? ` (${number(score.interval[0])}–${number(score.interval[1])})` : ''}`;

/** A network's table: a row for each backend with a figure, those of Node first, each host's by rank. */
function choiceText(choice: Choice, browser: string): string {
  const criteria = criteriaOf([choice]);
  const titles = criteria.map(({ title, unit }) => (unit === '' ? title : `${title} (${unit})`));
  const rows = choice.standings.map((one) =>
    markdownRow([
      one.host === 'node' ? 'Node' : browser,
      rankText(one),
      `${one.backend}${choice.sizes.length > 1 ? ` at ${one.size}×${one.size}` : ''}`,
      one.status,
      ...criteria.map(({ id }) => scoreText(one.scores.get(id))),
    ]),
  );
  return [
    `**${escapeMarkdown(choice.label)}**`,
    '',
    markdownRow(['Host', 'Rank', 'Backend', 'Status', ...titles]),
    `| --- | --: | --- | --- |${criteria.map(() => ' --: |').join('')}`,
    ...rows,
  ].join('\n');
}

/** Where and when a run was made, in a line. */
function where({ header }: Run): string {
  const { environment: e, started } = header;
  const browser = e.browser === null ? [] : [`${e.browser.name} ${e.browser.version}`];
  return [e.cpu, `Node ${e.node}`, ...browser, when(started)].join(' · ');
}

/** The decision table in Markdown, for a README: every network's backends by rank, with what decides between them. */
export function markdownSummary(table: Table): string {
  const { run } = table;
  const choices = choicesOf(table).filter(({ standings }) => standings.length > 0);
  const browser = run.header.environment.browser?.name ?? 'browser';
  if (choices.length === 0) return 'No backend has a figure.\n';
  const legend =
    'Only ok times with an interval (95 %, in brackets) are ranked, among backends of one host and input size; = means that intervals overlap. Status: the worst of the backend’s cells.';
  return `${[...choices.map((one) => choiceText(one, browser)), escapeMarkdown(`${where(run)}. ${legend}`)].join('\n\n')}\n`;
}
