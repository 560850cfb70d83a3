import { number } from '../stats/format.ts';
import { median } from '../stats/quantiles.ts';
import type { NightFinding } from './judged.ts';
import { type Gate, isBack, isBeyond, isFar, type Judging, type Look } from './look.ts';
import { type Night, type NightCell, timeOf } from './night.ts';
import { factorText } from './shift.ts';
import type { StatusChange } from './statuses.ts';

/** A finding before its causes are looked up. */
export type Uncaused = Omit<NightFinding, 'causes'>;

/** Tonight, the first look at it, and the runs that repeat what looked worse, in order; none where nothing was repeated. */
export type Looked = { readonly tonight: Night; readonly look: Look; readonly again: readonly Night[] };

/** How often a cell that looks worse is run again before it is reported. */
export const REPEATS = 2;

const times = (centre: number, log: number): string =>
  `${number(Math.exp(centre))} → ${number(Math.exp(centre + log))} ms`;
const ownOf = ({ look }: Looked, one: Judging): number => one.log - look.shift.log;

/** A cell in the runs that repeat it, against its history, without what all cells share tonight. */
function repeats({ look, again }: Looked, one: Judging): { logs: number[]; failed: NightCell | undefined } {
  const cells = again.flatMap(({ cells: { [one.id]: cell } }) => (cell === undefined ? [] : [cell]));
  const logs = cells.flatMap((cell) => timeOf(cell) ?? []).map((ms) => Math.log(ms) - one.centre - look.shift.log);
  return { logs, failed: cells.find(({ status }) => status !== 'ok') };
}

/** Whether a cell that looked slower does so with the runs that repeated it, or failed there. */
export function isStill(looked: Looked, one: Judging, { threshold }: Gate): boolean {
  const { logs, failed } = repeats(looked, one);
  const all = [ownOf(looked, one), ...logs];
  return failed !== undefined || isBeyond(one, looked.look.shift, threshold, all);
}

/**
 * What a cell that looked slower is, after it was run again; undefined where it is as it was, and where it is slower by
 * so little that the next night has to confirm it. `last` is the night before.
 */
export function slower(looked: Looked, one: Judging, gate: Gate, last: Night | undefined): Uncaused | undefined {
  const own = ownOf(looked, one);
  const { logs, failed } = repeats(looked, one);
  const confirms = last?.judged?.suspected.includes(one.id) === true;
  if (!isStill(looked, one, gate)) return undefined;
  if (!confirms && failed === undefined && !isFar(one, looked.look.shift, gate.threshold, [own, ...logs]))
    return undefined;
  const all = median([own, ...logs]);
  const told = logs.length > 0 ? `${logs.map(factorText).join(' and ')} when run again` : 'not run again';
  const broken = failed === undefined ? '' : `; ${failed.status} when run again: ${failed.reason}`;
  return {
    id: one.id,
    verdict: 'slower',
    since: confirms ? last.number : looked.tonight.number,
    ratio: Math.exp(all),
    figures: times(one.centre, all),
    detail: `${factorText(own)}, ${told}${broken}`,
  };
}

/** A cell that was slower the nights before: still so, unless tonight it is as before in every run. */
export function still(looked: Looked, one: Judging): Uncaused[] {
  const { slow } = one;
  if (slow === undefined) return [];
  const logs = [ownOf(looked, one), ...repeats(looked, one).logs];
  const all = median(logs);
  const base = { id: one.id, figures: times(one.centre, all) };
  return isBack(looked.look.shift, Math.log(slow.ratio), logs)
    ? [{ ...base, verdict: 'mended', since: looked.tonight.number, ratio: Math.exp(all), detail: 'no longer slower' }]
    : [{ ...base, verdict: 'slower', since: slow.since, ratio: slow.ratio, detail: `${factorText(all)} tonight` }];
}

/** How many nights in a row a cell has to look faster. */
const STEADY = 3;

/** Gains that the nights before saw too. */
export function faster(looked: Looked, history: readonly Night[]): Uncaused[] {
  const before = history.slice(1 - STEADY);
  const [first] = before;
  return looked.look.faster.flatMap((one): Uncaused[] => {
    const seen = before.filter(({ judged }) => judged?.faster.includes(one.id)).length;
    if (first === undefined || seen < STEADY - 1) return [];
    const own = ownOf(looked, one);
    const base = { id: one.id, since: first.number, ratio: Math.exp(own), figures: times(one.centre, own) };
    return [{ ...base, verdict: 'faster', detail: `in ${STEADY} nights in a row` }];
  });
}

/** A status that is worse than in the history. One that was right when run again is unstable. */
export function status({ again }: Looked, change: StatusChange): Uncaused {
  const { id, since, figures, reason } = change;
  const second = again.flatMap(({ cells: { [id]: cell } }) => (cell === undefined ? [] : [cell.status]));
  const told = second.length === 0 ? 'not run again' : `${second.join(' and ')} when run again`;
  const verdict = second.includes('ok') && change.verdict === 'broken' ? 'unstable' : change.verdict;
  return { id, verdict, since, ratio: null, figures, detail: [reason, told].filter(Boolean).join('; ') };
}

/** Cells whose status the night before reported, and that are ok now. */
export function mendedStatuses({ tonight }: Looked, last: Night | undefined): Uncaused[] {
  return (last?.judged?.found ?? []).flatMap(({ id, verdict }): Uncaused[] => {
    if (!['broken', 'lost', 'unstable'].includes(verdict) || tonight.cells[id]?.status !== 'ok') return [];
    return [
      { id, verdict: 'mended', since: tonight.number, ratio: null, figures: 'ok', detail: `no longer ${verdict}` },
    ];
  });
}
