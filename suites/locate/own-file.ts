import { readFile } from 'node:fs/promises';
import type { Read, Writer } from '../../reference/formats/format.ts';
import { formatOf } from '../../reference/formats/formats.ts';
import { INPUT, inferShapes } from '../../reference/graph.ts';
import type { ModelSource } from '../../reference/models/load.ts';
import { cutAt } from '../../reference/passes/cut.ts';
import { describe } from '../contract/network.ts';
import type { BatchAndSize } from './exported.ts';
import type { Loadable } from './prober.ts';
import type { OwnFile, OwnPart } from './suspect.ts';

/** The user's own file as a whole. Throws where it cannot be read. */
export async function wholeFile(
  { files }: ModelSource,
  { graph, names }: Read,
  extent: BatchAndSize,
): Promise<Loadable> {
  const [main, ...linked] = files;
  if (main === undefined) throw new Error('the model has no file');
  const bytes = new Uint8Array(await readFile(main.path));
  return { main: bytes, beside: new Map(), linked, network: describe(graph, names, extent.batch, extent.size) };
}

/** Parts of the user's own file, which `run` runs. */
export async function ownFile(
  whole: Loadable,
  { graph, names }: Read,
  extent: BatchAndSize,
  { format, run }: { readonly format: ModelSource['format']; run(file: Loadable): OwnPart['run'] },
): Promise<OwnFile | undefined> {
  if (format === 'architecture') return undefined;
  const { cut }: Writer = await formatOf(format).write();
  const shapes = inferShapes(graph, extent.batch, extent.size);
  const tapOf = (node: string) => {
    const name = names.get(node);
    return name === undefined ? undefined : { stage: node, name, shape: shapes.get(node) ?? [] };
  };
  return {
    part(node, from) {
      const [output, input] = [tapOf(node), tapOf(from)];
      if (output === undefined || input === undefined) return undefined;
      const main = cut(whole.main, { source: from === INPUT ? undefined : input, output });
      if (main === undefined) return undefined;
      const { work } = describe(cutAt(graph, node), names, extent.batch, extent.size);
      const ends = { input: input.name, channels: input.shape[1] ?? 1, output: output.name };
      const network = { ...ends, classes: output.shape[1] ?? 1, taps: [output], work };
      const file: Loadable = { ...whole, main, network };
      return { file, run: run(file) };
    },
  };
}
