import type { Run } from '../../suites/record/record.ts';
import { median } from '../../suites/stats/quantiles.ts';

/** The control of both runs: medians of a fixed kernel on the CPU, in milliseconds, and head ÷ base. */
export type Control = { readonly base: number; readonly head: number; readonly ratio: number };

/** The control of two runs has moved where their medians differ by more than this share. */
const MOVED = 0.03;

/** Undefined where one of the runs has no control, as in older files. */
export function controlOf(base: Run, head: Run): Control | undefined {
  const [a, b] = [base.end?.control ?? [], head.end?.control ?? []].map((times) => times.filter((time) => time > 0));
  if (a === undefined || b === undefined || a.length === 0 || b.length === 0) return undefined;
  const [before, after] = [median(a), median(b)];
  return { base: before, head: after, ratio: after / before };
}

/** By which factor, from 1 on, the machine moved by itself: times that moved no further are no news. */
export const driftOf = (control: Control | undefined): number =>
  control === undefined ? 1 : Math.max(control.ratio, 1 / control.ratio);

export const hasMoved = (control: Control): boolean => driftOf(control) > 1 + MOVED;
