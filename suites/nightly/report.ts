import { count } from '../stats/format.ts';
import type { Accepted } from './accepted.ts';
import { type Alarms, alarmsOf } from './alarms.ts';
import { calendarNotices } from './calendar.ts';
import { allLevelChanges, type LevelChange } from './changes.ts';
import { nightName } from './folder.ts';
import { readHistory } from './history.ts';
import type { NightJudged } from './judged.ts';
import { FEWEST, seriesOf } from './levels.ts';
import { type Night, timeOf } from './night.ts';
import { isSameCommand } from './statuses.ts';

/** A cell in a night, for a plot. */
export type TrendPoint = {
  readonly number: number;
  readonly date: string;
  /** Milliseconds as measured, and without what all cells of the night share. */
  readonly ms: number;
  readonly level: number;
  /** The machine and the place. A line joins only points of one segment. */
  readonly segment: string;
  readonly mark: 'slower' | 'suspected' | 'cleared' | undefined;
};

/** A night, its verdict, and what the history shows. */
export type NightReport = {
  readonly tonight: Night;
  readonly judged: NightJudged;
  /** Nights of this machine, tonight's included, and of others. */
  readonly nights: number;
  readonly foreign: number;
  readonly trends: ReadonlyMap<string, readonly TrendPoint[]>;
  readonly changes: readonly LevelChange[];
  /** Changes that somebody accepted as known, until tonight. */
  readonly accepted: readonly Accepted[];
  readonly alarms: Alarms;
  readonly threshold: number;
  /** What must be read before the verdict. */
  readonly notices: readonly string[];
};

/** Notices of one kind that are shown. */
const SHOWN = 5;

function trendsOf(nights: readonly Night[]): Map<string, TrendPoint[]> {
  const trends = new Map<string, TrendPoint[]>();
  for (const { number, started, cells, judged, machine } of nights)
    for (const [id, cell] of Object.entries(cells)) {
      const ms = timeOf(cell);
      if (ms === undefined) continue;
      const slow = judged?.found.some((one) => one.id === id && one.verdict === 'slower');
      const mark = slow
        ? 'slower'
        : judged?.suspected.includes(id)
          ? 'suspected'
          : judged?.cleared.includes(id)
            ? 'cleared'
            : undefined;
      const level = ms / Math.exp(judged?.shift ?? 0);
      const point: TrendPoint = {
        number,
        date: started.slice(0, 10),
        ms,
        level,
        segment: `${machine} · ${cell.place}`,
        mark,
      };
      trends.set(id, [...(trends.get(id) ?? []), point]);
    }
  return trends;
}

const some = (lines: readonly string[]): string[] =>
  lines.length <= SHOWN ? [...lines] : [...lines.slice(-SHOWN), `and ${lines.length - SHOWN} more such notices`];

/** What a night's reports show. Throws one line where the night is not in the history, or was not judged. */
export function reportOf(folder: string, number: number, threshold: number, now: Date): NightReport {
  const { nights, accepted, notices } = readHistory(folder);
  const tonight = nights.find((night) => night.number === number);
  if (tonight?.judged == null) throw new Error(`${nightName(number)} of ${folder} was not judged: run the night again`);
  const until = nights.filter((night) => night.number <= number);
  const own = until.filter(({ machine }) => machine === tonight.machine);
  const last = own.at(-2);
  const { judged } = tonight;
  const foreign = until.length - own.length;
  const few =
    judged.few > 0
      ? [
          `too little history for ${count(judged.few, 'cell')}: fewer than ${FEWEST} nights, so compared with the last run`,
        ]
      : [];
  const first = last === undefined ? ['the first night of this machine: there is nothing to compare with'] : few;
  const other = foreign > 0 ? [`${count(foreign, 'night')} of other machines: drawn apart, and not compared`] : [];
  const asked =
    last === undefined || isSameCommand(last, tonight)
      ? []
      : ['tonight was run with other options than the night before: cells that are not planned do not count as lost'];
  return {
    tonight,
    judged,
    nights: own.length,
    foreign,
    trends: trendsOf(until),
    changes: allLevelChanges(seriesOf(own), own, threshold),
    accepted: accepted.filter((one) => one.until <= number),
    alarms: alarmsOf(own, threshold),
    threshold,
    notices: [...judged.notices, ...first, ...other, ...asked, ...some(calendarNotices(own, now)), ...some(notices)],
  };
}
