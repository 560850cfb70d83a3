import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Analysis, analyse } from '../reference/analysis.ts';
import { graphsOf, splitModel } from '../reference/models/load.ts';
import { buildModel, FAMILIES, findModel, MODELS } from '../reference/models/models.ts';
import { printableJson } from '../reference/text.ts';
import { inspectPage } from '../reports/inspect/page.ts';
import { inspectText } from '../reports/inspect/text.ts';
import { readOwnModels } from '../suites/plan/own.ts';
import { mustKnow } from '../suites/plan/query.ts';
import { count } from './options.ts';
import { print } from './output.ts';

export type InspectFlags = { size?: number; batch?: number; json?: boolean; html?: string };

/** The row of a model or an architecture. Throws, suggesting the nearest name, where there is none. */
function rowOf(model: string) {
  const named = findModel(model) ?? (/\.\w+$/.test(model) ? findModel(splitModel(model).arch) : undefined);
  if (named !== undefined) return named;
  mustKnow(
    'model',
    model,
    MODELS.map(({ id }) => id),
  );
  throw new Error(`unknown model '${model}'`);
}

/** An analysis in the requested format. Writes the page where `html` names a file. */
function render(analysis: Analysis, flags: InspectFlags): string {
  if (flags.html !== undefined) writeFileSync(flags.html, inspectPage(analysis));
  if (flags.json) return `${printableJson(analysis)}\n`;
  return flags.html === undefined ? inspectText(analysis) : `${inspectText(analysis)}\n${flags.html}\n`;
}

/**
 * `npm run inspect`: analyses a model (the tag of its weights is ignored) as text or JSON, and writes the page where
 * `html` names a file. In JSON, a receptive field of null means the whole image. Throws on an unknown model, and on a
 * size that the model cannot take.
 */
export function inspect(model: string, flags: InspectFlags): string {
  const row = rowOf(model);
  return render(analyse(buildModel(row), flags.batch ?? 1, flags.size ?? FAMILIES[row.family].size), flags);
}

/**
 * The same for a custom model, at the batch and size that its file fixes, otherwise at batch 1 and 224 pixels. Throws
 * as its reader does.
 */
async function inspectOwn(path: string, flags: InspectFlags): Promise<string> {
  const [own] = await readOwnModels([path]);
  if (own === undefined) throw new Error(`'${path}' is not a model`);
  const batch = flags.batch ?? own.batch ?? 1;
  const size = flags.size ?? own.size ?? FAMILIES.resnet.size;
  return render(analyse((await graphsOf(own.source, readFile))(batch, size).graph, batch, size), flags);
}

/** Adds the command `inspect`. */
export const addInspect = (program: Command): Command =>
  program
    .command('inspect')
    .description('show parameters, multiply-adds, activations and receptive fields of a model')
    .argument('[model]', 'such as resnet50 or resnet[3.4.6.3]-bottleneck-w4-g32')
    .option('--model <path>', 'a custom model instead: see bench')
    .option('--size <pixels>', 'input height and width', count)
    .option('--batch <count>', 'images per call', count)
    .option('--json', 'print JSON')
    .option('--html <file>', 'also write an HTML page')
    .action(async (model: string | undefined, flags: InspectFlags & { model?: string }) => {
      const { model: path } = flags;
      if (model !== undefined && path === undefined) print(inspect(model, flags));
      else if (model === undefined && path !== undefined) print(await inspectOwn(path, flags));
      else throw new Error('name one model: such as resnet50, or a custom model with --model');
    });
