import { NOTHING } from '../../suites/record/fingerprint.ts';
import { type Environment, UNTOLD } from '../../suites/record/header.ts';
import type { Run } from '../../suites/record/record.ts';
import type { Ratio } from '../../suites/stats/centre.ts';
import { count, number, perCent, percent } from '../../suites/stats/format.ts';
import { isWithin, median } from '../../suites/stats/quantiles.ts';
import { type Control, hasMoved } from './control.ts';

/** Shares of stolen time or of waiting, and loads relative to the cores, from which times are in doubt. */
const STOLEN = 0.01;
const BUSY = 0.5;

/** Whether a machine did other work when a run began. */
export const isBusy = ({ load, cores }: Environment): boolean => load > BUSY * cores;

/** The share of time that was stolen, where it puts times in doubt; else 0. */
export const stolen = ({ end }: Run): number => ((end?.steal ?? 0) > STOLEN ? (end?.steal ?? 0) : 0);

/** What slowed the processors during a run, where it puts times in doubt. */
export function slowed({ header, end, files }: Run): string[] {
  const { heat, quota } = end?.throttled ?? UNTOLD;
  // What lies between two files was not measured.
  const measured: readonly Pick<Run, 'header' | 'end'>[] = files ?? [{ header, end }];
  const times = measured.map((one) => (one.end ? Date.parse(one.end.at) - Date.parse(one.header.started) : 0));
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
  return [
    ...((heat ?? 0) > 0 ? [`heat slowed a processor core ${count(heat ?? 0, 'time')}`] : []),
    ...((quota ?? 0) > STOLEN * seconds ? [`the CPU quota made the processes wait for ${number(quota ?? 0)} s`] : []),
  ];
}

/** The files that have no end, where a run was read from several. */
const unfinished = ({ files = [] }: Run): string =>
  files.length === 0 ? '' : ` (${files.flatMap(({ file, end }) => (end ? [] : [file])).join(', ')})`;

/** Fewest times of which a common shift can be told. */
const MANY = 5;

/** What else makes a comparison of times doubtful, and what to do. */
export function noticesOf(
  base: Run,
  head: Run,
  {
    paired,
    ratios,
    threshold,
    control,
  }: {
    readonly paired: boolean;
    readonly ratios: readonly Ratio[];
    readonly threshold: number;
    readonly control: Control | undefined;
  },
): string[] {
  const runs = paired
    ? [{ name: 'the run', run: head }]
    : [
        { name: 'the base', run: base },
        { name: 'the head', run: head },
      ];
  const states = runs.flatMap(({ name, run }) => {
    const { load, cores } = run.header.environment;
    return [
      ...(isBusy(run.header.environment)
        ? [`${name} began on a busy machine (load ${load.toFixed(1)} on ${cores} cores)`]
        : []),
      ...(stolen(run) > 0 ? [`${name} lost ${percent(stolen(run))} % of the processors’ time to other guests`] : []),
      ...slowed(run).map((text) => `${name}: ${text}`),
      ...(run.end === undefined ? [`${name} has no end record${unfinished(run)}`] : []),
    ];
  });
  const [before, after] = [base, head].map(({ header }) => header.environment.governor);
  const governor = before === after ? [] : [`the governor changed from ${before ?? NOTHING} to ${after ?? NOTHING}`];
  const moved =
    control !== undefined && hasMoved(control)
      ? [
          `the control, a fixed kernel on the CPU, moved by ${percent(control.ratio - 1)} % (${number(control.base)} → ${number(control.head)} ms): the machine was in another state, so run both again`,
        ]
      : [];
  const shift = median(ratios.map(({ ratio }) => ratio));
  const together =
    !paired && ratios.length >= MANY && Math.max(shift, 1 / shift) > 1 + threshold
      ? [
          `all times together moved by a factor of ${shift.toFixed(3)}: was the machine itself in another state? Run both again`,
        ]
      : [];
  const { within } = head.header;
  const wide = ratios.filter(({ interval }) => paired && within !== null && !isWithin(interval, within)).length;
  const imprecise =
    wide === 0
      ? []
      : [
          `${count(wide, 'ratio')} ${wide === 1 ? 'is' : 'are'} not known to ±${perCent(within ?? 0)} % as asked: the budget or the rounds ended first`,
        ];
  return [...states, ...governor, ...moved, ...together, ...imprecise];
}
