import { basename } from 'node:path';
import type { Command } from 'commander';
import { printableJson } from '../reference/text.ts';
import { type Comparison, compare } from '../reports/compare/compare.ts';
import { comparisonData } from '../reports/compare/comparison-data.ts';
import { conclude } from '../reports/compare/conclusion.ts';
import type { Thresholds } from '../reports/compare/rules.ts';
import { concludeAll, type NamedRun, sideBySide, sideBySideData } from '../reports/compare/side-by-side.ts';
import { renderMarkdown } from '../reports/markdown.ts';
import { renderSideBySideMarkdown } from '../reports/markdown-side-by-side.ts';
import { renderComparison } from '../reports/terminal/comparison.ts';
import { renderSideBySide } from '../reports/terminal/side-by-side.ts';
import type { TerminalOptions } from '../reports/terminal/terminal.ts';
import type { ChangeVerdict } from '../suites/contract/change.ts';
import { readRuns } from '../suites/engine/runs.ts';
import { count, percent } from '../suites/stats/format.ts';
import { wilson } from '../suites/stats/quantiles.ts';
import { failOnOption, thresholdOption } from './compare-options.ts';
import { say } from './output.ts';
import { terminal } from './terminal.ts';

export type CompareFlags = {
  readonly threshold: Thresholds;
  readonly failOn: readonly ChangeVerdict[];
  readonly json?: boolean;
  readonly markdown?: boolean;
};

const jsonText = (data: object) => `${printableJson(data)}\n`;

/** The runs, each named by its file or folder; by its whole path where two have one name. */
function namedRuns(paths: readonly string[], log: (line: string) => void): NamedRun[] {
  const short = paths.map((path) => basename(path).replace(/\.jsonl$/, ''));
  return paths.map((path, i) => ({
    name: short.filter((name) => name === short[i]).length === 1 ? (short[i] ?? path) : path,
    run: readRuns([path], log),
  }));
}

/**
 * Compares runs, each a run file or a folder of run files, with the first of them: two in detail, more side by side.
 * Returns the text to print, and the exit code: 1 where anything regressed. Throws on bad input.
 */
export function compareFiles(
  paths: readonly string[],
  { threshold, failOn, json, markdown }: CompareFlags,
  options: TerminalOptions,
  log: (line: string) => void,
): { text: string; code: 0 | 1 } {
  const rules = { thresholds: threshold, failOn };
  const runs = namedRuns(paths, log);
  const [base, head, ...more] = runs;
  if (base === undefined || head === undefined) throw new Error('compare takes two runs or more');
  if (more.length > 0) {
    const side = sideBySide(runs, rules);
    const text = json
      ? jsonText(sideBySideData(side))
      : markdown
        ? renderSideBySideMarkdown(side)
        : renderSideBySide(side, options);
    return { text, code: concludeAll(side).code };
  }
  const comparison = compare(base.run, head.run, rules);
  const text = json
    ? jsonText(comparisonData(comparison))
    : markdown
      ? renderMarkdown(comparison)
      : renderComparison(comparison, options);
  return { text, code: conclude(comparison).code };
}

/** Largest false-alarm rate with which an A/A run passes. */
const MOST_ALARMS = 0.01;

/**
 * The result of an A/A run, in which every reported difference is a false alarm: a text to print, and the exit code.
 */
export function falseAlarms({ changes, tested }: Comparison): { text: string; code: 0 | 1 } {
  const main = changes.filter(({ ratio }) => ratio !== undefined);
  const alarms = changes.filter(({ verdict }) => verdict === 'slower' || verdict === 'faster').length;
  const others = changes.filter(({ verdict }) => !['slower', 'faster', 'same', 'unsure'].includes(verdict)).length;
  const marginal = main.filter(
    ({ ratio }) => ratio !== undefined && (ratio.interval[0] > 1 || ratio.interval[1] < 1),
  ).length;
  const [low, high] = wilson(alarms, tested);
  const text = [
    `A/A: ${count(alarms, 'false alarm')} in ${count(tested, 'pair')} of times (95 % interval of the false-alarm rate: ${percent(low)} to ${percent(high)} %)`,
    `before the correction for multiple comparisons, ${count(marginal, 'interval')} would exclude 1 (5 % expected)`,
    `other changes: ${others}`,
  ];
  return { text: `${text.join('\n')}\n`, code: others > 0 || alarms > MOST_ALARMS * tested ? 1 : 0 };
}

/** Adds the command `compare`. */
export const addCompare = (program: Command): Command =>
  program
    .command('compare')
    .description('show what changed between runs; exit code 1 if anything regressed')
    .argument('<base>', 'the earlier run: a run file, or a folder of run files')
    .argument('<head...>', 'the later run, or several: each a run file, or a folder of run files')
    .addOption(thresholdOption())
    .addOption(failOnOption())
    .option('--json', 'print JSON')
    .option('--markdown', 'print Markdown, for a pull request')
    .action((base: string, heads: string[], flags: CompareFlags) => {
      const { text, code } = compareFiles([base, ...heads], flags, terminal(), say);
      process.stdout.write(text);
      process.exitCode = code;
    });
