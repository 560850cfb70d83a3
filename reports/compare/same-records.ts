import { grouped } from '../../reference/collect.ts';
import type { Record, Run } from '../../suites/record/record.ts';

/** Whether two records are one measurement: made at the same time, with the same values. */
const isSame = (a: Record, b: Record | undefined): boolean =>
  b !== undefined && a.at === b.at && JSON.stringify(a.outcome) === JSON.stringify(b.outcome);

/**
 * The ids of cells whose records are the same in both runs, as where a run is compared with itself or with a copy.
 * Their times are not two samples of one population but one sample, so that their ratio is 1 without an error.
 */
export function sameRecords(base: Run, head: Run): Set<string> {
  if (base.records === head.records) return new Set(base.records.map(({ id }) => id));
  const [before, after] = [base, head].map(({ records }) => grouped(records, ({ id }) => id)) as [
    Map<string, Record[]>,
    Map<string, Record[]>,
  ];
  const same = [...before].filter(([id, records]) => {
    const others = new Map(after.get(id)?.map((record) => [record.round, record]));
    return others.size === records.length && records.every((record) => isSame(record, others.get(record.round)));
  });
  return new Set(same.map(([id]) => id));
}
