import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { verdictText } from '../reference/judge/verdict.ts';
import { renderMaps } from '../reports/html/maps/page.ts';
import { type LocatedCell, locateCase } from '../suites/engine/locate-cell.ts';
import { OWN_PACKAGES } from '../suites/hosts/bundle.ts';
import { cellId } from '../suites/plan/cell.ts';
import { isRightEverywhere, locatedText } from './locate-text.ts';
import { MODEL_HELP, more } from './options.ts';
import { print, say } from './output.ts';
import type { Shutdown } from './shutdown.ts';

type LocateFlags = { model?: string[]; maps?: string; out: string; browser?: string };

/** Writes the feature maps of what was compared, beside the repro where there is one. Undefined where nothing was. */
function writeMaps({ cell, compared, repro }: LocatedCell, out: string, tap: string | undefined): string | undefined {
  const [first] = compared;
  if (first === undefined) return undefined;
  const own = join(out, `maps-${cell.backend}-${first.name}.html`.replaceAll(/[^\w.-]+/g, '-'));
  const path = repro === undefined ? own : join(dirname(repro.path), 'maps.html');
  const nodes = compared.map((one) => ({ ...one, said: verdictText(one.verdict) }));
  const id = cellId(cell);
  const command = `npm run locate -- ${id}${tap === undefined ? '' : ` --maps ${tap}`}`;
  const title = `${cell.model} on ${cell.backend}: feature maps`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, renderMaps({ id, command, title, backend: cell.backend, nodes }));
  return path;
}

/** Adds the command `locate`, whose exit code is 1 where a node is wrong, or a benchmark finds something wrong. */
export const addLocate = (program: Command, { lifetime }: Shutdown): Command =>
  program
    .command('locate')
    .description('find the first wrong node of a cell and write a repro of the smallest failing graph')
    .argument('<cell>', 'a cell id: conformance:resnet18.live0:fp32:b1:64:ort-web/webgl')
    .option('--model <path>', MODEL_HELP, more)
    .option('--maps <tap>', 'also draw the feature maps of a stage, such as layer1, where it is right too')
    .option('--out <folder>', 'where the repro and the feature maps go', 'reports/out')
    .option('--browser <path>', 'a Chrome, Chromium or Edge to drive')
    .action(async (id: string, { model, maps, out, browser }: LocateFlags) => {
      const found = await locateCase(id, {
        files: model ?? [],
        tap: maps,
        browser,
        packages: OWN_PACKAGES,
        out,
        lifetime,
        log: say,
      });
      print(locatedText(found));
      const drawn = writeMaps(found, out, maps);
      if (drawn !== undefined) print(`feature maps: ${drawn}\n`);
      process.exitCode = isRightEverywhere(found) ? 0 : 1;
    });
