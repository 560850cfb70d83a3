import type { Command } from 'commander';
import { compare } from '../reports/compare/compare.ts';
import type { Thresholds } from '../reports/compare/rules.ts';
import { FAILING } from '../reports/compare/verdicts.ts';
import { renderJson } from '../reports/json.ts';
import { withScenarios } from '../reports/table/scenarios.ts';
import { tabulate } from '../reports/table/table.ts';
import { renderComparison } from '../reports/terminal/comparison.ts';
import { renderTerminal } from '../reports/terminal/terminal.ts';
import type { ChangeVerdict } from '../suites/contract/change.ts';
import { openFolder } from '../suites/engine/runfile.ts';
import { readRun, readRuns } from '../suites/engine/runs.ts';
import type { Run } from '../suites/record/record.ts';
import { shardText } from '../suites/record/shard-fit.ts';
import { compareFiles, falseAlarms } from './compare.ts';
import { failOnOption, THRESHOLDS, thresholdOption } from './compare-options.ts';
import { each } from './options.ts';
import { print, say } from './output.ts';
import { exitCodeOf, knownFailures, writeReports } from './report.ts';
import { terminal } from './terminal.ts';

/**
 * Shows the run in these files or folders, and writes its reports. The order of the files changes only where the
 * reports go.
 */
export const reportRun = (paths: readonly string[], flags: ReportFlags): void =>
  show(readRuns(paths, say), paths, flags);

/** Shows the file that a run has just written, and writes its reports. Of a shard, only its own cells are shown. */
export function reportFile(path: string, flags: ReportFlags): void {
  const run = readRun(path, say);
  const { shard } = run.header;
  show(run, [path], flags);
  if (shard !== undefined)
    say(`this is shard ${shardText(shard)}: npm run report -- FILES reads the files of all shards as one run`);
}

function show(run: Run, paths: readonly string[], { json, baseline, threshold, failOn, out }: ReportFlags): void {
  const comparison =
    baseline === undefined ? undefined : compare(readRuns(baseline, say), run, { thresholds: threshold, failOn });
  for (const line of knownFailures(run)) say(line);
  // Shown first, so that a full disk does not prevent it.
  process.stdout.write(json ? `${renderJson(withScenarios(tabulate(run)))}\n` : `${renderTerminal(run, terminal())}\n`);
  if (out !== undefined) openFolder(out);
  const pages = writeReports(run, { paths, out }, comparison);
  if (!json) print(`${[...paths, ...pages].join('\n')}\n`);
  process.exitCode = exitCodeOf(run);
}

export type ReportFlags = {
  readonly json?: boolean;
  /** The files or folders of an earlier run. */
  readonly baseline?: readonly string[];
  readonly threshold: Thresholds;
  readonly failOn: readonly ChangeVerdict[];
  /** The folder for the reports; default: the folder of the first path. */
  readonly out?: string;
};

/** Compares the two runs of an A/A pair: every difference is a false alarm. */
export function reportAlarms(base: string, head: string): void {
  const comparison = compare(readRuns([base], say), readRuns([head], say), { thresholds: THRESHOLDS, failOn: FAILING });
  const { text, code } = falseAlarms(comparison);
  process.stdout.write(`${renderComparison(comparison, terminal())}\n`);
  print(`${text}\n${base}\n${head}\n`);
  process.exitCode = code;
}

/** Compares the two sides of an A/B run, and writes the reports of the second with the comparison. */
export function reportSides({ base, head }: { readonly base: string; readonly head: string }, json: boolean): void {
  const { text, code } = compareFiles([base, head], { threshold: THRESHOLDS, failOn: FAILING, json }, terminal(), say);
  process.stdout.write(text);
  const run = readRuns([head], say);
  const pages = writeReports(
    run,
    { paths: [head], out: undefined },
    compare(readRuns([base], say), run, { thresholds: THRESHOLDS, failOn: FAILING }),
  );
  if (!json) print(`${[base, head, ...pages].join('\n')}\n`);
  process.exitCode = code;
}

/** Adds the command `report`. */
export const addReport = (program: Command): Command =>
  program
    .command('report')
    .description('show a run and write its reports again')
    .argument('<run...>', 'run files and folders of run files, read as one run')
    .option(
      '--baseline <run>',
      'an earlier run, a file or folder (may be repeated): the page shows what changed since then',
      each,
    )
    .option('--out <folder>', 'where the reports go, instead of beside the first file')
    .addOption(thresholdOption())
    .addOption(failOnOption())
    .option('--json', 'print the table as JSON')
    .action(reportRun);
