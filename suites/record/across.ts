import { grouped } from '../../reference/collect.ts';
import { findSuite, type Result } from '../suites.ts';
import type { Outcome, Record, Run } from './record.ts';

/** What a verdict beside other backends may replace: nothing that is worse than `wrong`. */
const REPLACED: readonly Outcome['status'][] = ['ok', 'partial', 'suspect'];

/** A case without its backend, which is the last part of a cell's id, in a round. */
const caseOf = ({ id, round }: Record): string => `${round} ${id.slice(0, id.lastIndexOf(':'))}`;

const resultOf = ({ outcome }: Record): Result[] => ('result' in outcome ? [outcome.result] : []);

function judgedOf(record: Record, others: readonly Record[]): Record {
  const { outcome } = record;
  if (others.length === 0 || !('result' in outcome) || !REPLACED.includes(outcome.status)) return record;
  const { placement, result } = outcome;
  const finding = findSuite(result.suite)?.across?.(result, others.flatMap(resultOf));
  if (finding?.status !== 'wrong') return record;
  return { ...record, outcome: { status: 'wrong', reason: finding.reason, placement, result } };
}

/**
 * The run with `wrong` where the results of other backends for the same case prove it. A record is written before later
 * ones are measured, so this is judged as a run is read. Files keep what was written, so that copies stay equal.
 */
export function judgedAcross(run: Run): Run {
  const suiteOf = ({ id }: Record) => findSuite(id.slice(0, id.indexOf(':')));
  const cases = grouped(
    run.records.filter((one) => suiteOf(one)?.across !== undefined),
    caseOf,
  );
  const records = run.records.map((record) => {
    const others = suiteOf(record)?.across === undefined ? [] : (cases.get(caseOf(record)) ?? []);
    return judgedOf(
      record,
      others.filter((one) => one !== record),
    );
  });
  return records.some((record, i) => record !== run.records[i]) ? { ...run, records } : run;
}
