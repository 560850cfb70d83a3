import { readFileSync, writeFileSync } from 'node:fs';
import { REPORTS } from '../reports/report.ts';
import { parseRun, type Run } from '../suites/record.ts';

/** Reads a run file. Throws one line where it is missing or no run file; damaged lines are told through `log`. */
export function readRun(path: string, log: (line: string) => void): Run {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`cannot read ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
  const run = parseRun(text, path);
  for (const line of run.damaged) log(`warning: skipped a damaged line: ${line}`);
  return run;
}

/** Writes every report beside the run file and returns their paths. */
export function writeReports(run: Run, path: string): string[] {
  return REPORTS.map((report) => {
    const target = path.replace(/(\.jsonl)?$/, report.extension);
    writeFileSync(target, report.render(run));
    return target;
  });
}

/** Exit code of a run: 1 where any cell is wrong, fell back, crashed or timed out, else 0. */
export function exitCodeOf(run: Run): 0 | 1 {
  const fine = ['ok', 'unsupported'];
  return run.records.every(({ outcome }) => fine.includes(outcome.status)) ? 0 : 1;
}
