import type { Command } from 'commander';
import { badgeOf, renderBadge } from '../reports/badge.ts';
import { compare } from '../reports/compare/compare.ts';
import type { Thresholds } from '../reports/compare/rules.ts';
import { FAILING } from '../reports/compare/verdicts.ts';
import { renderJson } from '../reports/json.ts';
import { markdownSummary } from '../reports/markdown-summary.ts';
import { withScenarios } from '../reports/table/scenarios.ts';
import { tabulate } from '../reports/table/table.ts';
import { renderComparison } from '../reports/terminal/comparison.ts';
import { renderTerminal } from '../reports/terminal/terminal.ts';
import { renderTrace } from '../reports/trace/trace.ts';
import type { ChangeVerdict } from '../suites/contract/change.ts';
import { openFolder } from '../suites/engine/runfile.ts';
import { readRun, readRuns } from '../suites/engine/runs.ts';
import type { Run } from '../suites/record/record.ts';
import { shardText } from '../suites/record/shard-fit.ts';
import { compareFiles, falseAlarms } from './compare.ts';
import { failOnOption, THRESHOLDS, thresholdOption } from './compare-options.ts';
import { each } from './options.ts';
import { print, say } from './output.ts';
import { exitCodeOf, knownFailures, writeReport, writeReports } from './report.ts';
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

/** What a run prints: its table for a terminal, as JSON, or as Markdown. */
function textOf(run: Run, { json, markdown }: ReportFlags): string {
  if (json) return `${renderJson(withScenarios(tabulate(run)))}\n`;
  return markdown ? markdownSummary(tabulate(run)) : `${renderTerminal(run, terminal())}\n`;
}

/** Writes the files that a user named, and returns their paths. */
function writeNamed(run: Run, { trace, badge, badgeOf: pattern }: ReportFlags): string[] {
  const then = 'or choose another file';
  const files: string[] = [];
  if (badge !== undefined) {
    const of = badgeOf(tabulate(run), pattern ?? '*');
    if (of === undefined) throw new Error(`no network of this run has a cell that matches '${pattern ?? '*'}'`);
    files.push(writeReport(badge, renderBadge(of), then));
  }
  if (trace !== undefined) files.push(writeReport(trace, renderTrace(run), then));
  return files;
}

function show(run: Run, paths: readonly string[], flags: ReportFlags): void {
  const { json, markdown, baseline, threshold, failOn, out } = flags;
  const comparison =
    baseline === undefined ? undefined : compare(readRuns(baseline, say), run, { thresholds: threshold, failOn });
  for (const line of knownFailures(run)) say(line);
  // Shown first, so that a full disk does not prevent it.
  process.stdout.write(textOf(run, flags));
  if (out !== undefined) openFolder(out);
  const pages = [...writeReports(run, { paths, out }, comparison), ...writeNamed(run, flags)];
  if (!json && !markdown) print(`${[...paths, ...pages].join('\n')}\n`);
  process.exitCode = exitCodeOf(run);
}

export type ReportFlags = {
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** Files to write besides the reports. */
  readonly trace?: string;
  readonly badge?: string;
  /** Which cells the badge may be of; undefined for all. */
  readonly badgeOf?: string;
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
    .option('--markdown', 'print every network’s backends by rank as Markdown, for a README')
    .option('--badge <file.svg>', 'also write a badge for a README: the fastest right backend')
    .option('--badge-of <cell>', 'whose badge: a cell id, wildcards allowed: *:resnet50.*:ort-web/wasm')
    .option('--trace <file.json>', 'also write a trace of visits, phases and calls for ui.perfetto.dev')
    .action(reportRun);
