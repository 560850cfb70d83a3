import type { Read } from '../../reference/formats/format.ts';
import { formatOf } from '../../reference/formats/formats.ts';
import { type ModelFile, openModel } from '../../reference/models/load.ts';
import type { BackendRow, Tools } from './backend.ts';
import type { Workload } from './visit.ts';

/** A file beside another one. */
const beside = (path: string, name: string): string => path.replace(/[^/\\]*$/, name);

/**
 * The network as the backend loads it, with the names that the loaded file has for its values: an export fuses nodes,
 * whose values it then lacks. Where the backend loads no file, the network as it is. Throws where it cannot be read.
 */
export async function readLoaded(
  { source, batch, size, model }: Workload,
  row: BackendRow,
  tools: Pick<Tools, 'read'>,
): Promise<Read> {
  if (row.format === undefined || model === undefined) {
    const read = (await openModel(source, tools.read)).at(batch, size);
    return { ...read, names: new Map(read.graph.nodes.map(({ name }) => [name, name])) };
  }
  const main = { name: source.model, path: model.path };
  const reader = await formatOf(row.format).read();
  const names = model.external.length > 0 ? [] : reader.references(await tools.read(model.path));
  const files: readonly ModelFile[] = [
    main,
    ...model.external,
    ...names.map((name) => ({ name, path: beside(model.path, name) })),
  ];
  return (await openModel({ format: row.format, model: source.model, files }, tools.read)).at(batch, size);
}
