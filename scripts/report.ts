import { accessSync, constants, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cannotWrite, partOf } from '../reference/write.node.ts';
import type { Comparison } from '../reports/compare/compare.ts';
import { REPORTS } from '../reports/report.ts';
import { type Cell, parseCell } from '../suites/plan/cell.ts';
import { expectationOf, isNews } from '../suites/plan/expectations.ts';
import { parseRun, type Run } from '../suites/record/record.ts';

/** Reads a run file. Throws one line where it is missing or no run file; damaged lines are told through `log`. */
export function readRun(path: string, log: (line: string) => void): Run {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new Error(`cannot read ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
  const run = parseRun(bytes, path);
  for (const line of run.damaged) log(`warning: skipped a damaged line: ${line}`);
  return run;
}

/** Writes every report beside the run file and returns their paths. Throws one line where it cannot; no half one stays. */
export function writeReports(run: Run, path: string, comparison?: Comparison): string[] {
  return REPORTS.map((report) => {
    const target = path.replace(/(\.jsonl)?$/, report.extension);
    const text = report.render(run, comparison);
    const part = partOf(target);
    try {
      // An earlier report stays until this one is whole, and what may not be written is not replaced.
      if (existsSync(target)) accessSync(target, constants.W_OK);
      writeFileSync(part, text);
      renameSync(part, target);
    } catch (error) {
      rmSync(part, { force: true });
      throw cannotWrite(target, error, `then npm run report -- ${path}`);
    }
    return target;
  });
}

/** The cell of an id, or undefined for an id that another version or a person wrote. */
function cellOf(id: string): Cell | undefined {
  try {
    return parseCell(id);
  } catch {
    return undefined;
  }
}

/** What a run tells about known failures: a line for those that happened, and one for each that did not. */
export function knownFailures(run: Run): string[] {
  const known = run.records.flatMap(({ id, outcome }) => {
    const cell = cellOf(id);
    const expectation = cell && expectationOf(cell);
    return expectation === undefined ? [] : [{ id, status: outcome.status, expectation }];
  });
  const happened = known.filter(({ status, expectation }) => status === expectation.status);
  const reasons = [...new Set(happened.map(({ expectation }) => expectation.reason))];
  const mended = known.filter(({ status }) => status === 'ok');
  return [
    ...reasons.map((reason) => `known: ${reason}`),
    ...mended.map(
      ({ id, expectation }) =>
        `passes now, so remove it from suites/plan/expectations.ts: ${id} (${expectation.reason})`,
    ),
  ];
}

/** Exit code of a run: 1 where any cell is wrong, fell back, crashed or timed out and that is not known; else 0. */
export function exitCodeOf(run: Run): 0 | 1 {
  const news = run.records.some(({ id, outcome: { status } }) => {
    const cell = cellOf(id);
    return cell === undefined ? status !== 'ok' && status !== 'unsupported' : isNews(cell, status);
  });
  return news ? 1 : 0;
}
