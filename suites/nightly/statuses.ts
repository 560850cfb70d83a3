import type { Accepted } from './accepted.ts';
import type { Night, NightCell } from './night.ts';

/** Statuses of a cell that ran, and of one that did not. */
const RIGHT = ['ok', 'partial'];
const ABSENT = ['unsupported', 'not run', 'missing'];

/** A cell that was right and is not any more. */
export type StatusChange = {
  readonly id: string;
  readonly verdict: 'broken' | 'lost';
  readonly since: number;
  readonly figures: string;
  readonly reason: string;
};

const MISSING: NightCell = { status: 'missing', reason: 'not in the plan', ms: null, resolution: 0, place: '' };

/** Whether two nights were asked for the same. */
export const isSameCommand = (a: Night, b: Night): boolean => a.command.join('\0') === b.command.join('\0');

/** A cell of a night: its own, `missing` where others of the same command have it, undefined where it was not asked for. */
function cellIn(night: Night, id: string, like: Night): NightCell | undefined {
  return night.cells[id] ?? (isSameCommand(night, like) ? MISSING : undefined);
}

const isRight = ({ status }: NightCell): boolean => RIGHT.includes(status);

/** Every cell that was right in an earlier night, is not tonight, and is not accepted as such. */
export function statusChanges(
  history: readonly Night[],
  tonight: Night,
  accepted: readonly Accepted[],
): readonly StatusChange[] {
  const ids = new Set([...history, tonight].flatMap(({ cells }) => Object.keys(cells)));
  return [...ids].flatMap((id): StatusChange[] => {
    const now = cellIn(tonight, id, history.at(-1) ?? tonight);
    if (now === undefined || isRight(now)) return [];
    const seen = history.flatMap((night) => {
      const cell = cellIn(night, id, tonight);
      return cell === undefined ? [] : [{ number: night.number, cell }];
    });
    const right = seen.findLastIndex(({ cell }) => isRight(cell));
    if (right === -1) return [];
    const since = seen[right + 1]?.number ?? tonight.number;
    const known = accepted.some((one) => one.id === id && one.status === now.status && one.since === since);
    if (known) return [];
    const verdict = ABSENT.includes(now.status) ? 'lost' : 'broken';
    return [{ id, verdict, since, figures: `${seen[right]?.cell.status} → ${now.status}`, reason: now.reason }];
  });
}
