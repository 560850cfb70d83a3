import { globMatches } from '../plan/cell.ts';
import type { Accepted } from './accepted.ts';
import { nightName } from './folder.ts';
import { readHistory, writeAccepted } from './history.ts';
import { NIGHT_FAILING } from './judged.ts';
import type { Night } from './night.ts';

/** What each machine's last judged night reports as worse. */
function reported(nights: readonly Night[]): { night: Night; id: string; verdict: string; since: number }[] {
  const last = new Map(nights.filter(({ judged }) => judged !== null).map((night) => [night.machine, night]));
  return [...last.values()].flatMap((night) =>
    (night.judged?.found ?? [])
      .filter(({ verdict }) => NIGHT_FAILING.includes(verdict))
      .map(({ id, verdict, since }) => ({ night, id, verdict, since })),
  );
}

/**
 * Marks what the last night reports as known, for the cells that a pattern matches, with a reason. From then on, nights
 * are compared with the new level or status. Returns what was accepted. Throws one line where no reported cell matches.
 */
export function accept(folder: string, patterns: readonly string[], reason: string, at: Date): Accepted[] {
  if (reason.trim() === '') throw new Error('say why it is accepted: --reason "…"');
  const { nights } = readHistory(folder);
  const open = reported(nights);
  const wanted = open.filter(({ id }) => patterns.some((pattern) => globMatches(pattern, id)));
  const none = patterns.find((pattern) => !open.some(({ id }) => globMatches(pattern, id)));
  if (none !== undefined) {
    const ids = [...new Set(open.map(({ id }) => id))].join(', ');
    throw new Error(
      `the last night reports nothing that ${none} matches: ${ids === '' ? 'it reports nothing' : `it reports ${ids}`}`,
    );
  }
  const accepted = wanted.map(({ night, id, verdict, since }): Accepted => {
    const timed = verdict === 'slower' || verdict === 'worse';
    const status = timed ? null : (night.cells[id]?.status ?? 'missing');
    return { id, since, until: night.number, status, reason, at: at.toISOString() };
  });
  writeAccepted(folder, accepted);
  return accepted;
}

/** `latency:… is accepted from night-000011 on: a slower kernel that is right`. */
export const acceptedText = ({ id, since, status, reason }: Accepted): string =>
  `${id} is accepted${status === null ? '' : ` as ${status}`} from ${nightName(since)} on: ${reason}`;
