import { grouped } from '../../reference/collect.ts';
import type { ChangeFinding, ChangeVerdict } from '../../suites/contract/change.ts';
import type { Run } from '../../suites/record/record.ts';
import { count, number, perCent, roundsText, when } from '../../suites/stats/format.ts';
import type { BackendChange } from './backends.ts';
import type { Change, Comparison } from './compare.ts';
import { HOST_CLASSES, type Thresholds } from './rules.ts';
import { FALSE_RATES, type TimeFinding } from './times.ts';
import { VERDICTS } from './verdicts.ts';

/** The words of a comparison, the same in a terminal, in Markdown and on the page. */

type Finding = ChangeFinding | TimeFinding;

/** `×1.055 (1.041–1.069)`, or '' where no times were compared. */
export const ratioText = ({ ratio }: Pick<Change, 'ratio'> | BackendChange): string =>
  ratio === undefined ? '' : `×${ratio.ratio.toFixed(3)} (${ratio.interval.map((end) => end.toFixed(3)).join('–')})`;

/** `latency p90`: a metric in words, without its unit. */
export const metricText = (metric: string): string => metric.replace(/_ms$/, '').replaceAll('_', ' ');

const isMain = (one: Finding): boolean => 'kind' in one && one.kind === 'main';
const isCertain = ({ verdict }: Finding): boolean => verdict !== 'same' && verdict !== 'unsure';

/**
 * What is shown of a cell: the finding that decides, then all others that certainly changed. Slow calls that are slower
 * like the main time say nothing more.
 */
export function shownFindings({ verdict, metric, findings }: Change): readonly Finding[] {
  const decisive = findings.find((one) => one.verdict === verdict && one.metric === metric);
  const main = findings.find(isMain);
  const others = findings.filter(
    (one) =>
      one !== decisive &&
      (isCertain(one) || (one.verdict === 'unsure' && !('kind' in one))) &&
      !('kind' in one && one.kind === 'tail' && one.verdict === main?.verdict),
  );
  // The main time comes before its parts.
  const ordered = [...(decisive ? [decisive] : []), ...others];
  return main !== undefined && ordered.includes(main) ? [main, ...ordered.filter((one) => one !== main)] : ordered;
}

/** The parts of a finding as text: its ratio, its figures with what they are, and why. */
export const findingTexts = (one: Finding): readonly [ratio: string, figures: string, detail: string] => [
  'ratio' in one ? ratioText({ ratio: one.ratio }) : '',
  'kind' in one && !isMain(one) ? `${metricText(one.metric)} ${one.figures}` : one.figures,
  one.detail,
];

/** When, of what and how a run was made. */
export function runText({ header }: Run): string {
  const { started, commit, profile, fingerprint, form } = header;
  const all = form === undefined ? '' : `, all networks in the form ${form}`;
  return `${when(started)}, commit ${commit ?? 'unknown'}, profile ${profile}, ${roundsText(header)}, machine ${fingerprint.hash}${all}`;
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

/** How many cells have each verdict, those that matter most first; and the unchanged ones by kind. */
export function countsOf({ changes }: Comparison): {
  readonly verdicts: readonly (readonly [ChangeVerdict, number])[];
  readonly unchanged: readonly (readonly [string, number])[];
} {
  const verdicts = VERDICTS.flatMap((verdict) => {
    const n = changes.filter((one) => one.verdict === verdict).length;
    return n > 0 ? [[verdict, n] as const] : [];
  });
  const kinds = grouped(
    changes.flatMap(({ unchanged }) => unchanged ?? []),
    (kind) => kind,
  );
  return { verdicts, unchanged: [...kinds].map(([kind, all]) => [kind, all.length] as const) };
}

/** `60 cells · 2 slower · 58 same (20 same time, 38 right in both)` */
export function totals(comparison: Comparison): string {
  const { verdicts, unchanged } = countsOf(comparison);
  const kinds = unchanged.map(([kind, n]) => `${n} ${kind}`).join(', ');
  return [
    count(comparison.changes.length, 'cell'),
    ...verdicts.map(([verdict, n]) => (verdict === 'same' ? `${n} same (${kinds})` : `${n} ${verdict}`)),
  ].join(' · ');
}

/** `3 %`, or `3 % (node), 10 % (software)` where classes of hosts differ. */
export function thresholdsText(thresholds: Thresholds): string {
  const values = HOST_CLASSES.map((host) => `${perCent(thresholds[host])} %`);
  return new Set(values).size === 1
    ? (values[0] ?? '')
    : HOST_CLASSES.map((host, i) => `${values[i]} (${host})`).join(', ');
}

/** How verdicts about times come about. */
export function method({ paired, rules: { thresholds }, tested }: Comparison): string {
  const how = paired
    ? 'The runs were interleaved: ratios are over pairs of rounds.'
    : 'The runs were separate: ratios are between trimmed means of their rounds.';
  const rate = `${perCent(Object.values(FALSE_RATES).reduce((sum, one) => sum + one, 0))} %`;
  return `${how} Ratios are head ÷ base with a 95 % interval. Slower and faster: beyond ${thresholdsText(thresholds)}, and at most ${rate} of such claims false over all ${count(tested, 'time')} compared, their tails and parts, and the backends (Benjamini and Hochberg). Same: the interval is within the threshold. Unsure: neither. Backends: geometric means of their cells’ ratios, with what the cells of a round share in the interval.`;
}

/** `ort-web/wasm  latency median  ×1.055 (1.041–1.069)  8 cells  slower` as its parts. */
export const backendTexts = (one: BackendChange): readonly string[] => [
  one.backend,
  metricText(one.metric),
  ratioText(one),
  count(one.cells, 'cell'),
  one.verdict,
];

/** The control of both runs, or ''. */
export const controlText = ({ control }: Comparison): string =>
  control === undefined
    ? ''
    : `control ×${control.ratio.toFixed(3)} (${number(control.base)} → ${number(control.head)} ms)`;

/** The changes of each verdict that has any, those that matter most first. */
export function byVerdict({ changes }: Comparison): { verdict: ChangeVerdict; changes: Change[] }[] {
  return VERDICTS.map((verdict) => ({ verdict, changes: changes.filter((one) => one.verdict === verdict) })).filter(
    (group) => group.changes.length > 0,
  );
}
