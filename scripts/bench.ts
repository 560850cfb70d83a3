import type { Command } from 'commander';
import { DATA_SETS } from '../reference/datasets/datasets.ts';
import { printableJson } from '../reference/text.ts';
import { FAILING } from '../reports/compare/verdicts.ts';
import { runPlan } from '../suites/engine/run-plan.ts';
import { resumeCommand } from '../suites/engine/runfile.ts';
import type { Ask } from '../suites/plan/ask.ts';
import { cellId } from '../suites/plan/cell.ts';
import { planRun, scenariosOf } from '../suites/plan/plan.ts';
import { PROFILES } from '../suites/plan/profiles.ts';
import { SCENARIOS } from '../suites/plan/scenarios.ts';
import { backendsOf, parseSides } from '../suites/versions/sides.ts';
import { THRESHOLDS } from './compare-options.ts';
import { count, list, MODEL_HELP, more, positive, rounds, samples, shard, share, whole } from './options.ts';
import { print, say } from './output.ts';
import { progressLine } from './progress.ts';
import { readTyped } from './resume.ts';
import { reportAlarms, reportFile, reportSides } from './show.ts';
import type { Shutdown } from './shutdown.ts';

export type BenchFlags = {
  model?: string[];
  data?: string;
  labels?: string;
  preprocess?: string;
  models?: string[];
  backends?: string[];
  suites?: string[];
  scenario?: string[];
  ioBinding?: boolean;
  profile: string;
  budget?: number;
  rounds?: number;
  samples?: number;
  warmup?: number;
  within?: number;
  aa?: boolean;
  shard?: string;
  ab?: string[];
  seed: number;
  out: string;
  browser?: string;
  resume?: string;
  list?: boolean;
  json?: boolean;
};

/** What the words and flags of `bench` ask for. */
export const askOf = (queries: readonly string[], flags: BenchFlags): Ask => ({
  queries,
  models: flags.models,
  // What does not differ would only be compared with itself.
  backends: flags.backends ?? (flags.ab && backendsOf(parseSides(flags.ab))),
  suites: flags.suites,
  scenarios: flags.scenario,
  ioBinding: flags.ioBinding,
  files: flags.model,
  data: flags.data,
  labels: flags.labels,
  preprocess: flags.preprocess,
  profile: flags.profile,
  budgetSeconds: flags.budget,
  rounds: flags.rounds,
  samples: flags.samples,
  warmup: flags.warmup,
  within: flags.within,
  aa: flags.aa,
  shard: flags.shard,
  ab: flags.ab,
});

async function runBench(typed: string[], given: BenchFlags, shell: Command, shutdown: Shutdown): Promise<void> {
  const asked = { words: typed, flags: given, resumed: undefined };
  const { words, flags, resumed } =
    given.resume === undefined ? asked : readTyped<BenchFlags>(given.resume, typed, shell, say);
  const plan = await planRun(askOf(words, flags));
  const json = flags.json === true;
  if (flags.list) {
    const ids = plan.cells.map(cellId);
    print(`${json ? printableJson(ids) : ids.join('\n')}\n`);
    return;
  }
  const { seed, out, browser } = flags;
  const signal = shutdown.abortSignal();
  const { lifetime } = shutdown;
  const { onProgress, onPhase, end } = progressLine();
  const command = process.argv.slice(3);
  const options = { seed, out, browser, command, resumed, log: say, onProgress, onPhase, signal, lifetime };
  const { paths, interrupted } = await runPlan(plan, options).finally(end);
  const [path, other] = paths;
  if (path === undefined) {
    say('interrupted before anything was measured');
    return shutdown.leave(Number(signal.reason));
  }
  if (other === undefined) reportFile(path, { json, threshold: THRESHOLDS, failOn: FAILING });
  else if (flags.ab === undefined) reportAlarms(path, other);
  else reportSides({ base: path, head: other }, json);
  if (interrupted) {
    say(`interrupted: resume with ${resumeCommand(path)}`);
    return shutdown.leave(Number(signal.reason));
  }
}

/** Parses comma-separated scenario names. Throws, suggesting the nearest name, where one does not exist. */
const scenarioNames = (text: string): string[] => scenariosOf(list(text)).map(({ id }) => id);

/** Adds the command `bench`. */
export const addBench = (program: Command, shutdown: Shutdown): Command =>
  program
    .command('bench')
    .description('run the cells and report them')
    .argument('[query...]', 'cell ids, wildcards allowed: latency:resnet50.*:fp32:b1:224:ort-web/*')
    .option('--model <path>', MODEL_HELP, more)
    .option(
      '--data <folder>',
      `score networks on these images: one folder per class, or any folder with --labels; or a data set (${DATA_SETS.map(({ id }) => id).join(', ')})`,
    )
    .option('--labels <file>', 'labels of the images: lines of name and label, CSV, or a JSON object')
    .option(
      '--preprocess <name>',
      'how an input of a custom model is made of an image: imagenet, cifar, raw, or a JSON file (see the README)',
    )
    .option('--models <list>', 'models, such as resnet18,resnet50.torch0', list)
    .option('--backends <list>', 'backends, such as ort-node/cpu,ort-web/*', list)
    .option('--suites <list>', 'suites, such as conformance,latency', list)
    .option('--scenario <list>', SCENARIOS.map((row) => `${row.id}: ${row.metric}`).join('; '), scenarioNames)
    .option('--io-binding', 'also time calls whose input and output stay on the device (suite transfer)')
    .option('--profile <name>', PROFILES.map((row) => `${row.id}: ${row.purpose}`).join('; '), 'quick')
    .option('--budget <seconds>', 'seconds of measuring, after which no cell starts', positive)
    .option('--rounds <count>', 'fresh processes or pages for each cell', rounds)
    .option(
      '--within <percent>',
      'add rounds until every latency (with --aa or --ab: every ratio) is known to ± this, such as 2%',
      share,
    )
    .option('--samples <count>', 'timed samples in each round', samples)
    .option('--warmup <count>', 'warm-up calls before sampling in each round', count)
    .option('--aa', 'run every cell twice, interleaved, and count false alarms')
    .option(
      '--shard <i/n>',
      'run this part of the cells and images, such as 1/3: report reads the files of all as one',
      shard,
    )
    .option(
      '--ab <a,b>',
      'run every cell with a and with b, by turns, and compare: versions (onnxruntime-web@1.29.0,onnxruntime-web@1.30.0), browsers (browser:/path/a,browser:/path/b) or forms of the networks (form:folded,form:bn)',
      list,
    )
    .option('--seed <number>', 'seed of the random order of cells', whole, 0)
    .option('--out <folder>', 'where the run file and the reports go', 'reports/out')
    .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
    .option('--resume <run.jsonl>', 'resume a run that was interrupted')
    .option('--list', 'only list the cells')
    .option('--json', 'print JSON instead of a table')
    .action((words: string[], flags: BenchFlags, command: Command) => runBench(words, flags, command, shutdown));
