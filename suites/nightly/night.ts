import { z } from 'zod';
import { cut, plain } from '../../reference/text.ts';
import { tabulate, timesOf } from '../../reports/table/table.ts';
import { withoutOption } from '../record/command.ts';
import { MACHINE, partOf } from '../record/fingerprint.ts';
import { MOST_ID } from '../record/limits.ts';
import type { Placement } from '../record/placement.ts';
import type { Run } from '../record/record.ts';
import { median } from '../stats/quantiles.ts';
import { judgedSchema } from './judged.ts';

/** A cell of a night. */
const nightCellSchema = z.strictObject({
  /** Its status over all rounds; `not run` for a planned cell without a record. */
  status: z.string(),
  /** Why it is not ok; '' where it is. */
  reason: z.string(),
  /** Median of the rounds' medians, in milliseconds; null where nothing was timed. */
  ms: z.number().nullable(),
  /** Clock resolution as a share of that time. */
  resolution: z.number().nonnegative(),
  /** Where it ran: device, adapter, driver and threads; '' where it did not run. */
  place: z.string(),
});
export type NightCell = z.infer<typeof nightCellSchema>;

/** The time of a cell that is right and was timed, in milliseconds; undefined otherwise. A coarse clock may read 0. */
export const timeOf = ({ status, ms }: NightCell): number | undefined =>
  status === 'ok' && ms !== null && ms > 0 ? ms : undefined;

/** A pair of the negative control: the same cell run twice, by turns, in milliseconds. */
const pairSchema = z.strictObject({ id: z.string(), a: z.number().positive(), b: z.number().positive() });
export type Pair = z.infer<typeof pairSchema>;

/** What the gate needs of a night: its line in the index. All of it follows from the night's files. */
export const nightSchema = z.strictObject({
  /** Place in the history, from 1. Nights are ordered by it, not by their dates, since clocks are set. */
  number: z.int().positive(),
  /** Names and sizes of the files that this line was made from. */
  files: z.record(z.string(), z.number()),
  started: z.string(),
  commit: z.string().nullable(),
  /** The parts of the machine. Times of two machines are never compared. */
  machine: z.string(),
  /** Each part of the environment as text: os, node, browser, packages, … */
  parts: z.record(z.string(), z.string()),
  /** The words after `npm run bench --`, without the seed. */
  command: z.array(z.string()),
  /** Median of the control, a fixed kernel on the CPU, in milliseconds; null where it was not recorded. */
  control: z.number().nullable(),
  /** Whether the run has an end record. */
  ended: z.boolean(),
  /** Damaged lines of its file, each named. */
  damaged: z.array(z.string()),
  cells: z.record(z.string().max(MOST_ID), nightCellSchema),
  pairs: z.array(pairSchema),
  /** What the gate said; null for a night that was not judged. */
  judged: judgedSchema.nullable(),
});
export type Night = z.infer<typeof nightSchema>;

/** Characters of a reason that the index keeps. */
const REASON = 200;

/** Device, adapter, driver and threads as one text. */
function placeOf({ device, adapter, threads }: Placement): string {
  const { vendor, architecture, device: model, driver, description } = adapter ?? {};
  const gpu = [vendor, architecture, model, description, driver && `driver ${driver}`];
  return [device, ...gpu, threads && `${threads.got} threads`].filter(Boolean).join(', ');
}

/** The cells of a run, by id. */
function cellsOf(run: Run): Night['cells'] {
  const cells = tabulate(run).rows.map((row): [string, NightCell] => {
    const times = timesOf(row);
    const [place] = row.placements;
    return [
      row.id,
      {
        status: row.status,
        reason: cut(plain(row.reasons[0]?.reason ?? ''), REASON),
        ms: times?.median ?? null,
        resolution: times?.resolution ?? 0,
        place: place === undefined ? '' : placeOf(place),
      },
    ];
  });
  return Object.fromEntries(cells);
}

/** What the gate needs of a run, but for its place in a history. */
export function summarise(run: Run): Omit<Night, 'number' | 'files' | 'pairs' | 'judged'> {
  const { header, end, damaged } = run;
  const { parts } = header.fingerprint;
  const control = end?.control ?? [];
  return {
    started: header.started,
    commit: header.commit,
    machine: MACHINE.map((part) => `${part}: ${partOf(header, part)}`).join(' · '),
    parts,
    // The seed only orders the cells.
    command: withoutOption(header.command, '--seed'),
    control: control.length > 0 ? median(control) : null,
    ended: end !== undefined,
    damaged: [...damaged],
    cells: cellsOf(run),
  };
}

/** The pairs of a negative control: the cells that were timed in both of its runs. */
export function pairsOf(a: Run, b: Run): Pair[] {
  const [first, second] = [cellsOf(a), cellsOf(b)];
  return Object.entries(first).flatMap(([id, { ms }]) => {
    const other = second[id]?.ms ?? 0;
    return ms !== null && ms > 0 && other > 0 ? [{ id, a: ms, b: other }] : [];
  });
}
