import { causesOf } from './causes.ts';
import type { NightFinding, NightJudged } from './judged.ts';
import type { Gate } from './look.ts';
import type { Night } from './night.ts';
import type { StatusChange } from './statuses.ts';
import { faster, isStill, type Looked, mendedStatuses, slower, status, still, type Uncaused } from './verdicts.ts';

/** A change that only the comparison with the last run shows. */
export type WorseThanLast = {
  readonly id: string;
  readonly figures: string;
  readonly detail: string;
  readonly ratio: number | null;
};

/** All that decides about a night. */
export type Evidence = Looked & {
  /** The nights of this machine before, oldest first. */
  readonly history: readonly Night[];
  readonly statuses: readonly StatusChange[];
  /** What got worse since the last run, in cells that the history does not judge, and which of it was so when run again. */
  readonly compared: { readonly first: readonly WorseThanLast[]; readonly again: readonly string[] };
};

/** A finding with its causes: what changed when it began. */
function caused({ history, tonight }: Evidence, found: Uncaused): NightFinding {
  const nights = [...history, tonight];
  const at = nights.findIndex(({ number }) => number === found.since);
  const then = nights[at];
  return { ...found, causes: then === undefined ? [] : causesOf(nights[at - 1], then, found.id) };
}

/** What got worse since the last run, unless it did not when run again. */
const worse = ({ compared, again, tonight }: Evidence): Uncaused[] =>
  compared.first
    .filter(({ id }) => again.length === 0 || compared.again.includes(id))
    .map((one) => ({
      ...one,
      verdict: 'worse',
      since: tonight.number,
      detail: [one.detail, again.length === 0 ? 'not run again' : 'the same when run again'].filter(Boolean).join('; '),
    }));

/** What the gate says of a night. Reports only what was there again when it was run again. */
export function judgeNight(evidence: Evidence, gate: Gate): NightJudged {
  const { look, statuses, compared, history } = evidence;
  const last = history.at(-1);
  const failing = [
    ...statuses.map((one) => status(evidence, one)),
    ...look.slower.flatMap((one) => slower(evidence, one, gate, last) ?? []),
    ...look.judging.flatMap((one) => still(evidence, one)),
    ...worse(evidence),
  ];
  const found = [...failing, ...mendedStatuses(evidence, last), ...faster(evidence, history)];
  const ids = new Set(found.map(({ id }) => id));
  const stayed = look.slower.filter((one) => !ids.has(one.id) && isStill(evidence, one, gate));
  const suspected = stayed.map(({ id }) => id);
  return {
    shift: look.shift.log,
    found: found.map((one) => caused(evidence, one)),
    cleared: [...look.slower, ...compared.first]
      .map(({ id }) => id)
      .filter((id) => !ids.has(id) && !suspected.includes(id)),
    suspected,
    faster: look.faster.map(({ id }) => id),
    judged: look.judging.length,
    few: look.few.length,
    notices: look.shift.notice === undefined ? [] : [look.shift.notice],
  };
}
