import type { Command } from 'commander';
import { locateCase } from '../suites/engine/locate-cell.ts';
import { OWN_PACKAGES } from '../suites/hosts/bundle.ts';
import { isRightEverywhere, locatedText } from './locate-text.ts';
import { MODEL_HELP, more } from './options.ts';
import { print, say } from './output.ts';
import type { Shutdown } from './shutdown.ts';

/** Adds the command `locate`, whose exit code is 1 where a node is wrong, or a benchmark finds something wrong. */
export const addLocate = (program: Command, { lifetime }: Shutdown): Command =>
  program
    .command('locate')
    .description('find the first wrong node of a cell and write a repro of the smallest failing graph')
    .argument('<cell>', 'a cell id: conformance:resnet18.live0:fp32:b1:64:ort-web/webgl')
    .option('--model <path>', MODEL_HELP, more)
    .option('--out <folder>', 'where the repro goes', 'reports/out')
    .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
    .action(async (id: string, { model, out, browser }: { model?: string[]; out: string; browser?: string }) => {
      const found = await locateCase(id, {
        files: model ?? [],
        browser,
        packages: OWN_PACKAGES,
        out,
        lifetime,
        log: say,
      });
      print(locatedText(found));
      process.exitCode = isRightEverywhere(found) ? 0 : 1;
    });
