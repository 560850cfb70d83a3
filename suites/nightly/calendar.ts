import { nightName } from './folder.ts';
import type { Night } from './night.ts';

const DAY = 24 * 3600 * 1000;

/** Days without a night that are a gap. */
const GAP = 3;

/** A clock this far ahead is wrong. */
const AHEAD = DAY;

const day = (night: Night): string => night.started.slice(0, 10);

/** What the dates of a machine's nights say: gaps, and clocks that were set. Nights are in the order of their numbers. */
export function calendarNotices(nights: readonly Night[], now: Date): string[] {
  const notices: string[] = [];
  nights.forEach((night, i) => {
    const last = nights[i - 1];
    if (Date.parse(night.started) > now.getTime() + AHEAD)
      notices.push(`${nightName(night.number)} is dated ${day(night)}, after today: the clock was or is wrong`);
    if (last === undefined) return;
    const apart = Date.parse(night.started) - Date.parse(last.started);
    if (apart < 0)
      notices.push(
        `${nightName(night.number)} (${night.started}) is dated before ${nightName(last.number)} (${last.started}): a clock was set; nights keep the order in which they were added`,
      );
    if (apart > GAP * DAY)
      notices.push(`no night for ${Math.round(apart / DAY)} days, from ${day(last)} to ${day(night)}`);
  });
  return notices;
}
