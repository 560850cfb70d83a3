import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '../reference/write.node.ts';
import { bisectCell } from '../suites/engine/bisect.ts';
import { answerText, bisectText, hasAnswer } from './bisect-text.ts';
import { MODEL_HELP, more, share } from './options.ts';
import { print, say } from './output.ts';
import type { Shutdown } from './shutdown.ts';

type BisectFlags = {
  good?: string;
  bad?: string;
  dev?: boolean;
  threshold: number;
  model?: string[];
  out: string;
  browser?: string;
};

/** Least slowdown that is searched for. */
const SLOWDOWN = 0.05;

/** Adds the command `bisect`, whose exit code is 1 where a fault was found, and 2 where there is nothing to search for. */
export const addBisect = (program: Command, { lifetime }: Shutdown): Command =>
  program
    .command('bisect')
    .description("find the published version of a backend's package in which a cell became wrong, slower or a crash")
    .argument('<cell>', 'a cell id, or DEFECT:BACKEND for a known defect: webgpu-three-channels:ort-web/webgpu')
    .option('--good <package@version>', 'a version without the fault; without it, older versions are searched')
    .option('--bad <package@version>', 'a version with the fault; without it, the installed one')
    .option('--dev', 'also search pre-releases, such as -dev builds')
    .option('--threshold <percent>', 'least slowdown that counts, of a cell of latency (default: 5%)', share, SLOWDOWN)
    .option('--model <path>', MODEL_HELP, more)
    .option('--out <folder>', "where a repro's folder goes", 'reports/out')
    .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
    .action(async (id: string, { good, bad, dev = false, threshold, model = [], out, browser }: BisectFlags) => {
      const options = { good, bad, dev, threshold, files: model, browser, out, lifetime, log: say };
      const found = await bisectCell(id, options);
      if (!hasAnswer(found)) {
        print(bisectText(found));
        throw new Error(answerText(found));
      }
      const text = bisectText(found);
      print(text);
      if (found.repro !== undefined) {
        const path = join(dirname(found.repro), 'versions.txt');
        await writeWhole(path, new TextEncoder().encode(text), 'or choose another folder with --out');
      }
      process.exitCode = 1;
    });
