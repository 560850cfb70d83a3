import type { ChangeVerdict } from '../../suites/contract/change.ts';
import type { Run } from '../../suites/record/record.ts';
import { count, roundsText, when } from '../../suites/stats/format.ts';
import { REGRESSIONS, VERDICTS } from './changes.ts';
import { type Change, type Comparison, FALSE_RATE, isRegression } from './compare.ts';

/** The words of a comparison, the same in a terminal, in Markdown and on the page. */

/** `×1.055 (1.041–1.069)`, or '' where no times were compared. */
export const ratioText = ({ ratio }: Change): string =>
  ratio === undefined ? '' : `×${ratio.ratio.toFixed(3)} (${ratio.interval.map((end) => end.toFixed(3)).join('–')})`;

/** When, of what and how a run was made. */
export function runText({ header }: Run): string {
  const { started, commit, profile, fingerprint } = header;
  return `${when(started)}, commit ${commit ?? 'unknown'}, profile ${profile}, ${roundsText(header)}, machine ${fingerprint.hash}`;
}

/** What differs between the two machines, and what makes times doubtful. */
export function cautions({ differences, notices }: Comparison): string[] {
  const parts = differences.map(({ part, base, head }) => `${part}: ${base} → ${head}`);
  const other = differences.some(({ machine }) => machine);
  return [
    ...(other ? ['the runs were made on different machines, so times and memory are not compared'] : []),
    ...parts,
    ...notices,
  ];
}

/** `2 slower · 38 same`, the verdicts that matter most first. */
export function totals({ changes }: Comparison): string {
  const counts = VERDICTS.map((verdict) => [changes.filter((one) => one.verdict === verdict).length, verdict] as const);
  return [count(changes.length, 'cell'), ...counts.flatMap(([n, verdict]) => (n > 0 ? [`${n} ${verdict}`] : []))].join(
    ' · ',
  );
}

/** `1 broken, 2 slower`: what makes the comparison fail. */
const regressions = ({ changes }: Comparison): string =>
  REGRESSIONS.flatMap((verdict) => {
    const n = changes.filter((one) => one.verdict === verdict).length;
    return n > 0 ? [`${n} ${verdict}`] : [];
  }).join(', ');

export const conclusion = (comparison: Comparison): string =>
  isRegression(comparison) ? `Regressed: ${regressions(comparison)}.` : 'No regressions.';

const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

/** How verdicts about times come about. */
export function method({ paired, threshold, tested }: Comparison): string {
  const how = paired
    ? 'The runs were interleaved: ratios are over pairs of rounds.'
    : 'The runs were separate: ratios are between trimmed means of their rounds.';
  return `${how} Ratios are head ÷ base with a 95 % interval. Slower and faster: beyond ${percent(threshold)}, and at most ${percent(FALSE_RATE)} of such claims false over all ${count(tested, 'time')} compared (Benjamini and Hochberg). Same: the interval is within ${percent(threshold)}. Unsure: neither.`;
}

/** The changes of each verdict that has any, those that matter most first. */
export function byVerdict({ changes }: Comparison): { verdict: ChangeVerdict; changes: Change[] }[] {
  return VERDICTS.map((verdict) => ({ verdict, changes: changes.filter((one) => one.verdict === verdict) })).filter(
    (group) => group.changes.length > 0,
  );
}

/** A comparison as data: what a program may read. */
export function comparisonData(comparison: Comparison): object {
  const { base, head, threshold, paired, differences, notices, changes, tested } = comparison;
  const run = ({ header }: Run) => ({
    started: header.started,
    commit: header.commit,
    fingerprint: header.fingerprint,
  });
  return {
    regressed: isRegression(comparison),
    ...{ base: run(base), head: run(head), threshold, paired, tested, falseRate: FALSE_RATE, differences, notices },
    changes: changes.map(({ cell: _, ...change }) => change),
  };
}
