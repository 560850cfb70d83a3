import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { cannotWrite, writeWhole } from '../reference/write.node.ts';
import { renderJunit } from '../reports/nightly/junit.ts';
import { renderNightMarkdown } from '../reports/nightly/markdown.ts';
import { renderNightPage } from '../reports/nightly/page.ts';
import { renderNight } from '../reports/nightly/terminal.ts';
import { openFolder, resumeCommand } from '../suites/engine/runfile.ts';
import { accept, acceptedText } from '../suites/nightly/accept.ts';
import { isFailing } from '../suites/nightly/judged.ts';
import { judgeFile, type NightlySettings, runNight } from '../suites/nightly/nightly.ts';
import { type NightReport, reportOf } from '../suites/nightly/report.ts';
import { addBench, askOf, type BenchFlags } from './bench.ts';
import { share, whole } from './options.ts';
import { print, say } from './output.ts';
import { progressLine } from './progress.ts';
import { pagesAt, writeReports } from './report.ts';
import type { Shutdown } from './shutdown.ts';

type NightlyFlags = BenchFlags & {
  readonly history: string;
  readonly run?: string;
  readonly threshold: number;
  readonly keep: number;
};

/** Options of `bench` that have no meaning for a night. */
const REFUSED = ['aa', 'ab', 'resume', 'list', 'json'] as const;

/** Nights of a machine that stay, and the fewest that may be asked for: twice what the gate looks at. */
const KEEP = { default: 400, least: 60 };

/** Parses how many nights stay. */
function keep(text: string): number {
  const value = whole(text);
  if (value < KEEP.least)
    throw new InvalidArgumentError(`The gate needs its history: keep at least ${KEEP.least} nights.`);
  return value;
}

/** Writes the page, the Markdown and the JUnit XML of a night, and adds to GitHub's job summary where there is one. */
async function writeNight(report: NightReport, at: string): Promise<string[]> {
  const markdown = renderNightMarkdown(report);
  const files = [
    [`${at}.nightly.html`, renderNightPage(report, `${basename(at)}.html`)],
    [`${at}.nightly.md`, markdown],
    [`${at}.nightly.junit.xml`, renderJunit(report)],
  ] as const;
  for (const [path, text] of files) await writeWhole(path, text, 'the night itself is in the history');
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (summary !== undefined && summary !== '')
    try {
      appendFileSync(summary, markdown);
    } catch (error) {
      throw cannotWrite(summary, error, 'the night itself is in the history');
    }
  return files.map(([path]) => path);
}

async function runNightly(words: string[], flags: NightlyFlags, shutdown: Shutdown): Promise<void> {
  const refused = REFUSED.find((flag) => flag in flags);
  if (refused !== undefined) throw new Error(`nightly does not take --${refused}: use npm run bench -- --${refused}`);
  const { history: folder, threshold, keep: kept, seed, out, browser } = flags;
  const signal = shutdown.abortSignal();
  const { onProgress, onPhase, end } = progressLine();
  const settings: NightlySettings = {
    folder,
    threshold,
    keep: kept,
    seed,
    out,
    browser,
    log: say,
    onProgress,
    onPhase,
    signal,
  };
  openFolder(out);
  const night = flags.run === undefined ? runNight(askOf(words, flags), settings) : judgeFile(flags.run, settings);
  const done = await night.finally(end);
  if (done.interrupted) {
    const then =
      done.path === undefined ? '' : `: resume with ${resumeCommand(done.path)}, then give its file with --run`;
    say(`interrupted, and not added to the history${then}`);
    return shutdown.leave(Number(signal.reason));
  }
  const report = reportOf(folder, done.number, threshold, new Date());
  // Shown first, so that a full disk does not prevent it.
  print(`${renderNight(report)}\n`);
  const written = { paths: [done.path], out };
  const pages = writeReports(done.run, written, undefined, report);
  const at = pagesAt(written);
  print(`${[done.path, ...pages, ...(await writeNight(report, at))].join('\n')}\n`);
  process.exitCode = isFailing(report.judged) ? 1 : 0;
  if (signal.aborted) return shutdown.leave(Number(signal.reason));
}

/** Adds the command `nightly`: `bench` with its options, into a history that judges it; and `nightly accept`. */
export function addNightly(program: Command, shutdown: Shutdown): Command {
  const nightly = addBench(new Command(), shutdown)
    .name('nightly')
    .description('run the cells, add the run to a history, and report what got worse; exit code 1 if anything did')
    .copyInheritedSettings(program)
    .requiredOption('--history <folder>', 'the folder of the history')
    .option('--run <run.jsonl>', 'judge this run file instead of running')
    .option('--keep <nights>', 'nights of this machine that stay in the history', keep, KEEP.default)
    .option('--threshold <percent>', 'relative difference of times that is too small to matter', share, 0.03)
    .action((words: string[], flags: NightlyFlags) => runNightly(words, flags, shutdown));
  nightly
    .command('accept')
    .description('mark what the last night reports as known')
    .argument('<cell...>', 'cell ids that it reports, wildcards allowed')
    .requiredOption('--reason <text>', 'why it is accepted')
    .action((cells: string[], _: object, command: Command) => {
      const { history, reason } = command.optsWithGlobals<{ history: string; reason: string }>();
      print(`${accept(history, cells, reason, new Date()).map(acceptedText).join('\n')}\n`);
    });
  program.addCommand(nightly);
  return nightly;
}
