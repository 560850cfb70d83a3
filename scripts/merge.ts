import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { writeWhole } from '../reference/write.node.ts';
import { readWritten } from '../suites/engine/runs.ts';
import { runText } from '../suites/record/run-text.ts';
import { print, say } from './output.ts';

/** Writes several run files as one. Throws one line where they do not fit together, or the file exists. */
async function mergeFiles(paths: readonly string[], { out }: { readonly out: string }): Promise<void> {
  if (existsSync(out)) throw new Error(`${out} exists: choose another file with --out`);
  await writeWhole(out, runText(readWritten(paths, say)), 'or choose another file with --out');
  print(`${out}\n`);
}

/** Adds the command `merge`. */
export const addMerge = (program: Command): Command =>
  program
    .command('merge')
    .description('write several run files, such as those of shards, as one')
    .argument('<run...>', 'run files and folders of run files')
    .requiredOption('--out <run.jsonl>', 'the file to write')
    .action(mergeFiles);
