import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { printableJson } from '../reference/text.ts';
import { machineMemory } from '../suites/engine/memory.ts';
import { readResumed } from '../suites/engine/resume.ts';
import { resumeCommand } from '../suites/engine/runfile.ts';
import { provideBrowser } from '../suites/hosts/provision/provision.ts';
import { openScratch } from '../suites/hosts/scratch.ts';
import { cellId, parseCell } from '../suites/plan/cell.ts';
import { checkModels, readOwnModels, withOwn } from '../suites/plan/own.ts';
import { PROFILES, type Profile } from '../suites/plan/profiles.ts';
import { expand, parseQuery } from '../suites/plan/query.ts';
import { profileFor, SCENARIOS } from '../suites/plan/scenarios.ts';
import { bench, planCells } from './bench.ts';
import { type CompareFlags, compareFiles } from './compare.ts';
import { diagnose } from './doctor.ts';
import { fetchCheckpoints } from './fetch.ts';
import { type InspectFlags, inspect, inspectOwn } from './inspect.ts';
import { listText } from './list.ts';
import { findingText, locateCell } from './locate.ts';
import * as options from './options.ts';
import { count, list, positive, profileOf, scenarioList, share, THRESHOLD, thresholdOption, whole } from './options.ts';
import { print, say, sayError, survivePipes } from './output.ts';
import { type QueryFlags, queriesOf } from './queries.ts';
import { reportAlarms, reportRun } from './show.ts';
import { takeSignals } from './shutdown.ts';
import { terminal } from './terminal.ts';

/** How every command ends, by itself or by a signal. */
const shutdown = takeSignals(say);

const more = (text: string, before: string[] = []): string[] => [...before, ...list(text)];

/** The values of an option that may be repeated. */
const each = (text: string, before: string[] = []): string[] => [...before, text];

type BenchFlags = QueryFlags & {
  model?: string[];
  profile: string;
  budget?: number;
  rounds?: number;
  samples?: number;
  warmup?: number;
  within?: number;
  aa?: boolean;
  seed: number;
  out: string;
  browser?: string;
  resume?: string;
  list?: boolean;
  json?: boolean;
};

/** Rounds where each cell takes turns with itself, and at most where a precision is asked for. */
const AA_ROUNDS = 10;
const MOST_ROUNDS = 100;

async function runBench(typed: string[], given: BenchFlags, shell: Command): Promise<void> {
  const asked = { words: typed, flags: given, resumed: undefined };
  const { words, flags, resumed } =
    given.resume === undefined ? asked : readResumed<BenchFlags>(given.resume, typed, shell, say);
  const { scenario = [] } = flags;
  const row = profileFor(profileOf(flags.profile), scenario);
  const rounds = flags.within !== undefined ? MOST_ROUNDS : flags.aa ? AA_ROUNDS : row.rounds;
  const profile: Profile = {
    ...withOwn(row, await readOwnModels(flags.model ?? [])),
    budget: flags.budget ?? row.budget,
    rounds: flags.rounds ?? rounds,
    // Who asks for rounds wants them of long visits too.
    repeat: flags.aa || flags.within !== undefined || flags.rounds !== undefined ? Infinity : row.repeat,
    samples: flags.samples ?? row.samples,
    warmup: flags.warmup ?? row.warmup,
  };
  const queries = queriesOf(words, flags, profile);
  if (flags.list) {
    const ids = planCells(queries, profile).cells.map(cellId);
    print(`${flags.json ? printableJson(ids) : ids.join('\n')}\n`);
    return;
  }
  const { seed, out, browser, within, aa = false } = flags;
  const command = process.argv.slice(3);
  const options = { queries, profile, seed, out, browser, within, aa, command, resumed, log: say };
  openScratch(shutdown.lifetime);
  const { paths, signal } = await bench(options, shutdown);
  const [path, other] = paths;
  if (path === undefined) {
    say('interrupted before anything was measured');
    return shutdown.leave(signal ?? 2);
  }
  if (other === undefined) reportRun([path], { json: flags.json === true, threshold: THRESHOLD });
  else reportAlarms(path, other);
  if (signal !== undefined) {
    say(`interrupted: go on with ${resumeCommand(path)}`);
    return shutdown.leave(signal);
  }
}

const MODEL_HELP =
  'a model of your own, NAME.user in case ids: net.onnx, a TF.js model.json or its folder, ' +
  'or ARCHITECTURE=weights (.safetensors, .pth, .th, .pt); may be repeated, or a list';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
survivePipes();
const program = new Command('resnet-bench')
  .version(version)
  .configureOutput({ outputError: sayError })
  .description('ResNets across JavaScript backends: are they right, how fast, how much memory?')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command('bench')
  .description('run the cells and report them')
  .argument('[query...]', 'case ids, wildcards allowed: latency:resnet50.*:fp32:b1:224:ort-web/*')
  .option('--model <path>', MODEL_HELP, more)
  .option('--models <list>', 'models, such as resnet18,resnet50.torch0', list)
  .option('--backends <list>', 'backends, such as ort-node/cpu,ort-web/*', list)
  .option('--suites <list>', 'suites, such as conformance,latency', list)
  .option('--scenario <list>', SCENARIOS.map((row) => `${row.id}: ${row.metric}`).join('; '), scenarioList)
  .option('--io-binding', 'also time calls whose input and output stay on the device: the suite transfer')
  .option('--profile <name>', PROFILES.map((row) => `${row.id}: ${row.purpose}`).join('; '), 'quick')
  .option('--budget <seconds>', 'seconds of measuring, after which no cell starts', positive)
  .option('--rounds <count>', 'fresh processes or pages for each cell', options.rounds)
  .option(
    '--within <percent>',
    'rounds go on until every latency, or with --aa every ratio, is known to this, such as 2%',
    share,
  )
  .option('--samples <count>', 'timed samples in each round', options.samples)
  .option('--warmup <count>', 'untimed calls before them', count)
  .option('--aa', 'run every cell twice, in turns, and count false alarms')
  .option('--seed <number>', 'decides the order of cells', whole, 0)
  .option('--out <folder>', 'where the run file and the reports go', 'reports/out')
  .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
  .option('--resume <run.jsonl>', 'go on with a run that was cut short')
  .option('--list', 'only list the cells')
  .option('--json', 'print JSON instead of a table')
  .action(runBench);

program
  .command('list')
  .description('models, backends, suites and profiles')
  .action(() => print(listText()));

program
  .command('report')
  .description('show a run and write its reports again')
  .argument('<run...>', 'run files, and folders of them: together they are one run')
  .option(
    '--baseline <run>',
    'an earlier run, a file or a folder (may be repeated): the page shows what changed since',
    each,
  )
  .option('--out <folder>', 'where the reports go, instead of beside the first file')
  .addOption(thresholdOption())
  .option('--json', 'print the table as JSON')
  .action(reportRun);

program
  .command('compare')
  .description('what changed from one run to another; exit code 1 where anything got worse')
  .argument('<base>', 'the earlier run: a run file, or a folder of them')
  .argument('<head>', 'the later run, likewise')
  .allowExcessArguments()
  .addOption(thresholdOption())
  .option('--json', 'print JSON')
  .option('--markdown', 'print Markdown, for a pull request')
  .action((base: string, head: string, flags: CompareFlags, { args }: Command) => {
    if (args.length > 2)
      throw new Error(
        `compare takes two runs, and ${args.length} were named: put the files of each run into a folder, and name the two folders`,
      );
    const { text, code } = compareFiles(base, head, flags, terminal(), say);
    process.stdout.write(text);
    process.exitCode = code;
  });

program
  .command('inspect')
  .description('parameters, multiply-adds, activations and receptive fields of a model')
  .argument('[model]', 'such as resnet50 or resnet[3.4.6.3]-bottleneck-w4-g32')
  .option('--model <path>', 'a model of your own instead: see bench')
  .option('--size <pixels>', 'input height and width', count)
  .option('--batch <count>', 'images at once', count)
  .option('--json', 'print JSON')
  .option('--html <file>', 'also write a page')
  .action(async (model: string | undefined, flags: InspectFlags & { model?: string }) => {
    const { model: path } = flags;
    if (model !== undefined && path === undefined) print(inspect(model, flags));
    else if (model === undefined && path !== undefined) print(await inspectOwn(path, flags));
    else throw new Error('name one model: resnet50, or a file of your own with --model');
  });

program
  .command('fetch')
  .description('download checkpoints into the cache; a download that was cut off goes on')
  .argument('<model...>', 'models such as resnet50.tv_in1k, or all')
  .action((words: string[]) =>
    fetchCheckpoints(words, say, ({ model, path }) => print(`${model.padEnd(28)} ${path}\n`)),
  );

program
  .command('locate')
  .description('find the first wrong node of a cell and write a repro of the smallest failing graph')
  .argument('<case>', 'a case id: conformance:resnet18.seed0:fp32:b1:64:ort-web/webgl')
  .option('--model <path>', MODEL_HELP, more)
  .option('--out <folder>', 'where the repro goes', 'reports/out')
  .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
  .action(async (id: string, { model, out, browser: path }: { model?: string[]; out: string; browser?: string }) => {
    const own = await readOwnModels(model ?? []);
    const cells = expand([parseQuery(cellId(parseCell(id)))], withOwn(profileOf('quick'), own));
    const [cell] = cells;
    if (cell === undefined) throw new Error(`'${id}' is no case`);
    await checkModels(cells, own, machineMemory());
    openScratch(shutdown.lifetime);
    const browser = await provideBrowser({ ...(path === undefined ? {} : { path }), log: say, install: true });
    const finding = await locateCell(cell, { own, browser, out, lifetime: shutdown.lifetime, log: say });
    print(findingText(cell, finding));
    process.exitCode = finding === undefined ? 0 : 1;
  });

program
  .command('doctor')
  .description('what works on this machine, what is missing, and how to get it')
  .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
  .action((flags: { browser?: string }) => {
    openScratch(shutdown.lifetime);
    return diagnose(profileOf('quick'), flags.browser, shutdown.lifetime, ({ subject, status, detail, fix }) => {
      print(`${status.padEnd(12)} ${subject.padEnd(20)} ${detail}\n`);
      if (fix) print(`${' '.repeat(34)}fix: ${fix}\n`);
    });
  });

try {
  await program.parseAsync();
} catch (error) {
  sayError((error as Error).message);
  process.exitCode = 2;
}
// What was given up, such as a browser that does not close, keeps nobody from leaving.
await shutdown.leave(Number(process.exitCode ?? 0));
