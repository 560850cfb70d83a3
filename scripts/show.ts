import { printableJson } from '../reference/text.ts';
import { compare } from '../reports/compare/compare.ts';
import { withScenarios } from '../reports/table/scenarios.ts';
import { tabulate } from '../reports/table/table.ts';
import { renderComparison } from '../reports/terminal/compare.ts';
import { renderTerminal } from '../reports/terminal/terminal.ts';
import { falseAlarms } from './compare.ts';
import { THRESHOLD } from './options.ts';
import { print, say } from './output.ts';
import { exitCodeOf, knownFailures, readRun, writeReports } from './report.ts';
import { terminal } from './terminal.ts';

/** Shows a run and writes its reports beside it. They come from the files alone. */
export function reportRun(path: string, { json, baseline, threshold }: ReportFlags): void {
  const run = readRun(path, say);
  const comparison = baseline === undefined ? undefined : compare(readRun(baseline, say), run, threshold);
  for (const line of knownFailures(run)) say(line);
  // Shown first: a full disk keeps nobody from reading it.
  process.stdout.write(
    json ? `${printableJson(withScenarios(tabulate(run)))}\n` : `${renderTerminal(run, terminal())}\n`,
  );
  const paths = [path, ...writeReports(run, path, comparison)];
  if (!json) print(`${paths.join('\n')}\n`);
  process.exitCode = exitCodeOf(run);
}

export type ReportFlags = { json?: boolean; baseline?: string; threshold: number };

/** Compares a run with its twin: whatever differs is a false alarm. */
export function reportAlarms(base: string, head: string): void {
  const comparison = compare(readRun(base, say), readRun(head, say), THRESHOLD);
  const { text, code } = falseAlarms(comparison);
  process.stdout.write(`${renderComparison(comparison, terminal())}\n`);
  print(`${text}\n${base}\n${head}\n`);
  process.exitCode = code;
}
