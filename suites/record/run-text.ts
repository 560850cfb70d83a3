import { order } from './order.ts';
import type { Run } from './record.ts';

/** The text of a run's file: its header, what was recorded in the order of time, and its end where it has one. */
export function runText({ header, records, resumes, end }: Run): string {
  const recorded = [...records, ...resumes].sort((a, b) => order(a.at, b.at));
  const lines = [header, ...recorded, ...(end === undefined ? [] : [end])];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
