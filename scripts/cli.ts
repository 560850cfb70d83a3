import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addBench } from './bench.ts';
import { addBisect } from './bisect.ts';
import { addCompare } from './compare.ts';
import { addDoctor } from './doctor.ts';
import { addFetch } from './fetch.ts';
import { addInspect } from './inspect.ts';
import { addList } from './list.ts';
import { addLocate } from './locate.ts';
import { addMerge } from './merge.ts';
import { addNightly } from './nightly.ts';
import { say, sayError, survivePipes } from './output.ts';
import { addReport } from './show.ts';
import { takeSignals } from './shutdown.ts';

/** Ends every command, normally or by a signal. */
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
addReport(program);
addCompare(program);
addMerge(program);
addNightly(program, shutdown);
addInspect(program);
addFetch(program);
addLocate(program, shutdown);
addBisect(program, shutdown);
addDoctor(program, shutdown);

try {
  await program.parseAsync();
} catch (error) {
  sayError((error as Error).message);
  process.exitCode = 2;
}
// Leaves even if something abandoned, such as a browser that does not close, is still open.
await shutdown.leave(Number(process.exitCode ?? 0));
