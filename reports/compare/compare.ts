import type { ChangeFinding, ChangeVerdict } from '../../suites/contract/change.ts';
import { type Cell, parseCell } from '../../suites/plan/cell.ts';
import { type ChangedPart, partsThatDiffer } from '../../suites/record/fingerprint.ts';
import type { Run } from '../../suites/record/record.ts';
import { findSuite } from '../../suites/suites.ts';
import { type Row, tabulate } from '../table/table.ts';
import { type BackendChange, backendChanges } from './backends.ts';
import { statusFinding } from './changes.ts';
import { type Control, controlOf, driftOf } from './control.ts';
import { cellFindings } from './figures.ts';
import { hostClassOf } from './host-class.ts';
import { noticesOf } from './notices.ts';
import { type Rules, rulesOf } from './rules.ts';
import { sameRecords } from './same-records.ts';
import { type AdjustedRatio, type TimeFinding, type TimeTest, timeFindings } from './times.ts';
import { VERDICTS } from './verdicts.ts';

/** A cell in both runs, or in one. Verdict, figures and detail are those of the finding that matters most. */
export type Change = ChangeFinding & {
  readonly id: string;
  readonly cell: Cell;
  /** Of the main time: head ÷ base, its 95 % interval, and its p adjusted for the number of times compared. */
  readonly ratio: AdjustedRatio | undefined;
  /** What an unchanged cell is counted as: `same time`, `unsupported in both`. Undefined where it changed. */
  readonly unchanged: string | undefined;
  /** All that was found, what matters most first. */
  readonly findings: readonly (ChangeFinding | TimeFinding)[];
};

export type Comparison = {
  readonly base: Run;
  readonly head: Run;
  readonly rules: Rules;
  /** Whether the runs took turns, so that rounds pair. */
  readonly paired: boolean;
  readonly differences: readonly ChangedPart[];
  readonly notices: readonly string[];
  /** Undefined where one of the runs has none, or they took turns. */
  readonly control: Control | undefined;
  /** By verdict, those that matter most first. */
  readonly changes: readonly Change[];
  readonly backends: readonly BackendChange[];
  /** Main times compared. */
  readonly tested: number;
};

const rank = (verdict: ChangeVerdict) => VERDICTS.indexOf(verdict);

/** What was found about a cell, before its times are judged together with all others. */
type Found = { readonly id: string; readonly cell: Cell; readonly row: Row } & {
  readonly findings: readonly ChangeFinding[];
  readonly tests: readonly TimeTest[];
};

/** Only a main time is known to be the same or not; of others, only what certainly changed counts. */
const counts = (one: ChangeFinding | TimeFinding): boolean =>
  !('kind' in one) || one.kind === 'main' || (one.verdict !== 'same' && one.verdict !== 'unsure');

/** Not run, unsupported or missing in both runs, but not alike. */
const NO_ANSWER = 'without an answer in both';

function changeOf({ id, cell, row, findings }: Found, times: readonly TimeFinding[]): Change {
  const main = times.find(({ kind }) => kind === 'main');
  const ranked = [...times, ...findings].sort((a, b) => rank(a.verdict) - rank(b.verdict));
  const unchanged = findSuite(cell.suite)?.change.unchanged ?? 'ok in both';
  const equal: ChangeFinding = {
    verdict: 'same',
    metric: 'status',
    base: row.status,
    head: row.status,
    figures: unchanged,
    detail: '',
  };
  const decisive = ranked.find(counts) ?? equal;
  const { verdict, metric, base, head, figures, detail } = decisive;
  const kind = metric !== 'status' || figures === unchanged ? unchanged : base === head ? figures : NO_ANSWER;
  return {
    ...{ id, cell, verdict, metric, base, head, figures, detail },
    ratio: main?.ratio,
    unchanged: verdict === 'same' ? kind : undefined,
    findings: ranked.length === 0 ? [equal] : ranked,
  };
}

/**
 * Compares two runs cell by cell. `rules`: the thresholds by class of host, and what fails; a number is one threshold
 * for all classes, such as 0.03, with the failures of FAILING.
 */
export function compare(base: Run, head: Run, rules: number | Rules): Comparison {
  const { thresholds, failOn } = rulesOf(rules);
  const rows = (run: Run) => new Map(tabulate(run).rows.map((row) => [row.id, row]));
  const [before, after] = [rows(base), rows(head)];
  const { pair } = base.header;
  const paired = pair !== null && pair.name === head.header.pair?.name;
  const differences = partsThatDiffer(base.header, head.header);
  const otherMachine = differences.some((part) => part.machine);
  const same = sameRecords(base, head);
  const placed = new Set<string>();
  const control = paired ? undefined : controlOf(base, head);
  const drift = driftOf(control);

  const found = [...new Set([...after.keys(), ...before.keys()])].flatMap((id): Found[] => {
    const [a, b] = [before.get(id), after.get(id)];
    const row = b ?? a;
    if (row === undefined) return [];
    const cell = parseCell(id);
    const status = statusFinding(a, b);
    if (status !== undefined || a === undefined || b === undefined)
      return [{ id, cell, row, findings: status === undefined ? [] : [status], tests: [] }];
    const threshold = thresholds[hostClassOf(b)];
    return [
      { id, cell, row, ...cellFindings(a, b, { paired, otherMachine, same: same.has(id), threshold, drift, placed }) },
    ];
  });
  const tests = found.flatMap((one) => one.tests.map((test) => ({ id: one.id, cell: one.cell, test })));
  const judged = new Map<string, TimeFinding[]>();
  timeFindings(tests.map(({ test }) => test)).forEach((time, i) => {
    const { id = '' } = tests[i] ?? {};
    judged.set(id, [...(judged.get(id) ?? []), time]);
  });
  const changes = found.map((one) => changeOf(one, judged.get(one.id) ?? []));
  const main = tests.filter(({ test }) => test.kind === 'main');
  const ratios = main.flatMap(({ test }) => test.ratio ?? []);
  return {
    base,
    head,
    rules: { thresholds, failOn },
    paired,
    differences,
    notices: noticesOf(base, head, { paired, ratios, threshold: Math.max(...Object.values(thresholds)), control }),
    control,
    changes: changes.sort((a, b) => rank(a.verdict) - rank(b.verdict)),
    backends: backendChanges(tests, paired),
    tested: ratios.length,
  };
}
