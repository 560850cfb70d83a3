import { compare } from '../../reports/compare/compare.ts';
import { FAILING } from '../../reports/compare/verdicts.ts';
import type { Run } from '../record/record.ts';
import type { WorseThanLast } from './judge.ts';
import type { Look } from './look.ts';
import type { Night } from './night.ts';

/**
 * What got worse since the last run, of the cells that no history judges: those that have too little, and those that are
 * not timed. Changes of a status are not among them.
 */
export function worseThan(last: Run, head: Run, threshold: number): WorseThanLast[] {
  return compare(last, head, threshold)
    .changes.filter(({ findings }) => findings.some(({ verdict }) => FAILING.includes(verdict)))
    .map(({ id, verdict, figures, detail, ratio }) => ({
      id,
      figures,
      detail: [`${verdict} than in the last run`, detail].filter(Boolean).join(': '),
      ratio: ratio?.ratio ?? null,
    }));
}

/** The cells of a night that only the comparison with the last run can judge. */
export function unjudged({ judging, few }: Look, tonight: Night): ReadonlySet<string> {
  const judged = new Set(judging.map(({ id }) => id));
  const ids = Object.entries(tonight.cells).filter(([id, { status }]) => status === 'ok' && !judged.has(id));
  return new Set([...few, ...ids.map(([id]) => id)]);
}
