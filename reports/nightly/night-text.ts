import { plain } from '../../reference/text.ts';
import { isFailing, NIGHT_FAILING, NIGHT_VERDICTS, type NightFinding } from '../../suites/nightly/judged.ts';
import type { NightReport } from '../../suites/nightly/report.ts';
import { count, percent, when } from '../../suites/stats/format.ts';

/** The words of a night, the same in a terminal, in Markdown, in JUnit and on the page. */

/** Dates of nights by their numbers. */
export const dateOf = ({ trends, tonight }: NightReport, number: number): string => {
  if (number === tonight.number) return tonight.started.slice(0, 10);
  for (const points of trends.values()) {
    const point = points.find((one) => one.number === number);
    if (point !== undefined) return point.date;
  }
  return `night ${number}`;
};

/** The findings that fail the night first, each group in the order of the verdicts. */
export const inOrder = ({ judged }: NightReport): NightFinding[] =>
  NIGHT_VERDICTS.flatMap((verdict) => judged.found.filter((one) => one.verdict === verdict));

/** `2 slower, 1 broken`, or that nothing got worse. */
export function headline(report: NightReport): string {
  const { judged } = report;
  if (!isFailing(judged)) return report.nights === 1 ? 'The first night.' : 'Nothing got worse.';
  const counts = NIGHT_FAILING.flatMap((verdict) => {
    const n = judged.found.filter((one) => one.verdict === verdict).length;
    return n > 0 ? [`${n} ${verdict}`] : [];
  });
  return `Got worse: ${counts.join(', ')}.`;
}

export const ratioOf = ({ ratio }: NightFinding): string => (ratio === null ? '' : `×${ratio.toFixed(3)}`);

/** Since when, and what changed then. */
export function since(report: NightReport, { since: number, causes, verdict }: NightFinding): string {
  const begun = number === report.tonight.number ? 'since tonight' : `since ${dateOf(report, number)}`;
  const none = NIGHT_FAILING.includes(verdict) ? '; no version or commit changed then' : '';
  return `${begun}${causes.length > 0 ? `; candidate cause: ${causes.join(', ')}` : none}`;
}

/** When and what was run. */
export const nightLine = ({ tonight, nights }: NightReport): string =>
  plain(
    `night ${tonight.number}, ${when(tonight.started)}, commit ${tonight.commit ?? 'unknown'}, ${count(nights, 'night')} of this machine`,
  );

/** What was judged and run again. */
export function judgedLine({ judged, threshold }: NightReport): string {
  const { judged: cells, few, cleared, suspected, faster } = judged;
  const parts = [
    `${count(cells, 'cell')} judged against the history`,
    ...(few > 0 ? [`${few} with too little history`] : []),
    ...(cleared.length > 0 ? [`${cleared.length} looked worse, and did not when run again`] : []),
    ...(suspected.length > 0 ? [`${suspected.length} slower by little: the next night confirms it or not`] : []),
    ...(faster.length > 0 ? [`${faster.length} looked faster`] : []),
  ];
  return `${parts.join(' · ')} (differences below ${percent(threshold)} % do not matter)`;
}

/** The gate's own false-alarm rate. */
export function alarmsLine({ alarms: { pairs, alarms, interval, looked, cleared } }: NightReport): string {
  const [low, high] = interval;
  const rate =
    pairs === 0
      ? 'negative control: too few nights yet'
      : `negative control: ${alarms} of ${count(pairs, 'pair')} of identical runs looked different (95 % interval ${percent(low)} to ${percent(high)} %)`;
  return `${rate}; of ${looked} that looked worse in this history, ${cleared} did not when run again`;
}

/** A change point in words. */
export const changeLine = (
  report: NightReport,
  { id, before, night, ratio, causes }: NightReport['changes'][number],
): string =>
  `${dateOf(report, night)}: ×${ratio.toFixed(3)} ${id}, between ${dateOf(report, before)} and ${dateOf(report, night)}: ${causes.join(', ') || 'no version or commit changed'}`;
