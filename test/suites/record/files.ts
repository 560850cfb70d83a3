import type { Header } from '../../../suites/record/header.ts';
import type { Outcome, Run } from '../../../suites/record/record.ts';
import type { FileRun } from '../../../suites/record/runs.ts';
import { idOf, latency, runOf } from '../../reports/runs.ts';

export const CPU = idOf('latency', 'ort-node/cpu');
export const NULL = idOf('latency', 'null');
export const WASM = idOf('latency', 'ort-web/wasm');

export const at = (minute: number) => `2026-01-02T03:${`${minute}`.padStart(2, '0')}:00.000Z`;

/** A file whose run began and ended at these minutes, and holds these cells. */
export function file(
  name: string,
  [began, ended]: readonly [number, number | undefined],
  cells: { readonly [id: string]: readonly Outcome[] },
  header: Partial<Header> = {},
): FileRun {
  const run = runOf(cells, { started: at(began), ...header });
  const end = ended === undefined ? undefined : { ...(run.end as NonNullable<Run['end']>), at: at(ended) };
  const records = run.records.map((record) => ({ ...record, at: at(began + 1) }));
  return { file: `${name}.jsonl`, run: { ...run, records, end } };
}

export const a = file('a', [0, 3], { [CPU]: latency(10, 3) });
export const b = file('b', [5, 6], { [NULL]: latency(1, 3) });
export const c = file('c', [7, 9], { [WASM]: latency(20, 3) });

/** The same file, with another header. */
export const changed = ({ file, run }: FileRun, header: Partial<Header>): FileRun => ({
  file,
  run: { ...run, header: { ...run.header, ...header } },
});
