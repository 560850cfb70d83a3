import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addBench } from './bench.ts';
import { type CompareFlags, compareFiles } from './compare.ts';
import { addDoctor } from './doctor.ts';
import { addFetch } from './fetch.ts';
import { addInspect } from './inspect.ts';
import { addList } from './list.ts';
import { addLocate } from './locate.ts';
import { thresholdOption } from './options.ts';
import { say, sayError, survivePipes } from './output.ts';
import { reportRun } from './show.ts';
import { takeSignals } from './shutdown.ts';
import { terminal } from './terminal.ts';

/** How every command ends, by itself or by a signal. */
const shutdown = takeSignals(say);

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
survivePipes();
const program = new Command('resnet-bench')
  .version(version)
  .configureOutput({ outputError: sayError })
  .description('ResNets across JavaScript backends: are they right, how fast, how much memory?')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

addBench(program, shutdown);
addList(program);

program
  .command('report')
  .description('show a run file and write its reports again')
  .argument('<run.jsonl>', 'a run file')
  .option('--baseline <base.jsonl>', 'an earlier run: the page shows what changed since')
  .addOption(thresholdOption())
  .option('--json', 'print the table as JSON')
  .action(reportRun);

program
  .command('compare')
  .description('what changed from one run to another; exit code 1 where anything got worse')
  .argument('<base.jsonl>', 'the earlier run')
  .argument('<head.jsonl>', 'the later run')
  .addOption(thresholdOption())
  .option('--json', 'print JSON')
  .option('--markdown', 'print Markdown, for a pull request')
  .action((base: string, head: string, flags: CompareFlags) => {
    const { text, code } = compareFiles(base, head, flags, terminal(), say);
    process.stdout.write(text);
    process.exitCode = code;
  });

addInspect(program);
addFetch(program);
addLocate(program, shutdown);
addDoctor(program, shutdown);

try {
  await program.parseAsync();
} catch (error) {
  sayError((error as Error).message);
  process.exitCode = 2;
}
// What was given up, such as a browser that does not close, keeps nobody from leaving.
await shutdown.leave(Number(process.exitCode ?? 0));
