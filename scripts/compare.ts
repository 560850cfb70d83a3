import type { Command } from 'commander';
import { printableJson } from '../reference/text.ts';
import { type Comparison, compare, FALSE_RATE, isRegression } from '../reports/compare/compare.ts';
import { comparisonData } from '../reports/compare/comparison-text.ts';
import { renderMarkdown } from '../reports/markdown.ts';
import { renderComparison } from '../reports/terminal/comparison.ts';
import type { TerminalOptions } from '../reports/terminal/terminal.ts';
import { readRuns } from '../suites/engine/runs.ts';
import { count, percent } from '../suites/stats/format.ts';
import { wilson } from '../suites/stats/quantiles.ts';
import { thresholdOption } from './options.ts';
import { say } from './output.ts';
import { terminal } from './terminal.ts';

export type CompareFlags = { readonly threshold: number; readonly json?: boolean; readonly markdown?: boolean };

/**
 * Compares two runs, each a run file or a folder of run files. Returns the text to print, and the exit code: 1 where
 * anything regressed. Throws on bad input.
 */
export function compareFiles(
  { base, head }: { readonly base: string; readonly head: string },
  { threshold, json, markdown }: CompareFlags,
  options: TerminalOptions,
  log: (line: string) => void,
): { text: string; code: 0 | 1 } {
  const comparison = compare(readRuns([base], log), readRuns([head], log), threshold);
  const text = json
    ? `${printableJson(comparisonData(comparison))}\n`
    : markdown
      ? renderMarkdown(comparison)
      : renderComparison(comparison, options);
  return { text, code: isRegression(comparison) ? 1 : 0 };
}

/** Largest false-alarm rate with which an A/A run passes. */
const MOST_ALARMS = 0.01;

/**
 * The result of an A/A run, in which every reported difference is a false alarm: a text to print, and the exit code.
 */
export function falseAlarms({ changes, tested }: Comparison): { text: string; code: 0 | 1 } {
  const alarms = changes.filter(({ verdict }) => verdict === 'slower' || verdict === 'faster').length;
  const others = changes.filter(({ verdict }) => !['slower', 'faster', 'same', 'unsure'].includes(verdict)).length;
  const marginal = changes.filter(({ ratio }) => ratio !== undefined && ratio.p <= FALSE_RATE).length;
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
    .description('show what changed between two runs; exit code 1 if anything regressed')
    .argument('<base>', 'the earlier run: a run file, or a folder of run files')
    .argument('<head>', 'the later run: a run file, or a folder of run files')
    .allowExcessArguments()
    .addOption(thresholdOption())
    .option('--json', 'print JSON')
    .option('--markdown', 'print Markdown, for a pull request')
    .action((base: string, head: string, flags: CompareFlags, { args }: Command) => {
      if (args.length > 2)
        throw new Error(
          `compare takes two runs, and ${args.length} were given: put the files of each run into a folder, and give the two folders`,
        );
      const { text, code } = compareFiles({ base, head }, flags, terminal(), say);
      process.stdout.write(text);
      process.exitCode = code;
    });
