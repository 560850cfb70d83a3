import { isRight } from '../../reference/judge/verdict.ts';
import type { CheckRow } from '../../suites/record/check-row.ts';
import type { Run } from '../../suites/record/record.ts';
import { findSuite } from '../../suites/suites.ts';
import { type Row, type SessionRows, type Table, told } from './table.ts';

/** The first tensor or layer of a cell that is beyond its limit, in the order of the graph. */
export type FirstWrong = {
  readonly row: Row;
  /** `layer1`, `logits`; a proven layer with its operators: `layer1.0.relu_1 (Conv → Relu)`. */
  readonly name: string;
  /** Whether its worst case proves it wrong; otherwise it is the first checked one that is beyond its limit. */
  readonly proven: boolean;
};

/** The first check of a row that is beyond its limit, in the order of the graph. */
export const firstBeyond = (row: Row): { readonly name: string; readonly check: CheckRow } | undefined =>
  told(row, (suite, figures) => suite.depth?.(figures))?.find(({ check }) => !isRight(check));

const byRun = new WeakMap<Run, ReadonlyMap<string, string>>();

/** The layers that a run proved wrong, by cell. */
function provenIn(run: Run): ReadonlyMap<string, string> {
  const known = byRun.get(run);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  for (const { id, outcome } of run.records) {
    const settled = 'result' in outcome && 'settled' in outcome.result ? outcome.result.settled : undefined;
    if (settled !== undefined && 'node' in settled && !found.has(id))
      found.set(id, `${settled.node} (${settled.ops.join(' → ')})`);
  }
  byRun.set(run, found);
  return found;
}

/** What is wrong first in a row that is wrong or suspect; undefined where nothing says it. */
export function firstWrongOf({ run }: Pick<Table, 'run'>, row: Row): FirstWrong | undefined {
  if (row.status !== 'wrong' && row.status !== 'suspect') return undefined;
  const proven = provenIn(run).get(row.id);
  if (proven !== undefined) return { row, name: proven, proven: true };
  const beyond = firstBeyond(row);
  return beyond && { row, name: beyond.name, proven: false };
}

/** The same of a session: what is proven comes before what is only beyond its limit. */
export function firstWrongOfSession(table: Pick<Table, 'run'>, { rows }: SessionRows): FirstWrong | undefined {
  const found = rows.flatMap((row) => firstWrongOf(table, row) ?? []);
  return found.find(({ proven }) => proven) ?? found[0];
}

/** Whether `npm run locate` can name the first wrong layer of a row: of a judged network that is wrong or suspect. */
export function isLocatable({ cell, status }: Row): boolean {
  const suite = findSuite(cell.suite);
  return (status === 'wrong' || status === 'suspect') && suite?.judged === true && suite.of !== 'kernels';
}
