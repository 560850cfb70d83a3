import type { Command } from 'commander';
import { verdictText } from '../reference/judge/verdict.ts';
import { type LocatedCell, locateCase } from '../suites/engine/locate-cell.ts';
import { MODEL_HELP, more } from './options.ts';
import { print, say } from './output.ts';
import type { Shutdown } from './shutdown.ts';

/** The first wrong node of a cell as text, in a few lines. */
function locatedText(found: LocatedCell | Pick<LocatedCell, 'cell'>): string {
  const { cell } = found;
  if (!('located' in found)) return `${cell.model} on ${cell.backend}: every stage and the output are correct\n`;
  const { node, whole, smallest } = found.located;
  return [
    `${cell.model} on ${cell.backend}: the first wrong node is ${node.name} (${node.op})`,
    `  in the network: ${verdictText(whole.verdict)}`,
    `  smallest graph that shows it: ${smallest.graph.nodes.map((one) => `${one.name} (${one.op})`).join(' → ')}`,
    `  on an input of [${smallest.input.shape}]: ${verdictText(smallest.verdict)}`,
    `  repro, which uses the runtime's public API only: ${found.repro}`,
    '',
  ].join('\n');
}

/** Adds the command `locate`, whose exit code is 1 where a node is wrong. */
export const addLocate = (program: Command, { lifetime }: Shutdown): Command =>
  program
    .command('locate')
    .description('find the first wrong node of a cell and write a repro of the smallest failing graph')
    .argument('<cell>', 'a cell id: conformance:resnet18.live0:fp32:b1:64:ort-web/webgl')
    .option('--model <path>', MODEL_HELP, more)
    .option('--out <folder>', 'where the repro goes', 'reports/out')
    .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
    .action(async (id: string, { model, out, browser }: { model?: string[]; out: string; browser?: string }) => {
      const found = await locateCase(id, { files: model ?? [], browser, out, lifetime, log: say });
      print(locatedText(found));
      process.exitCode = 'located' in found ? 1 : 0;
    });
