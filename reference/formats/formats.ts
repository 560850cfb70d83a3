import type { Format } from './format.ts';

const ROWS = [
  {
    id: 'onnx',
    read: async () => (await import('./onnx/read.ts')).reader,
    write: async () => (await import('./onnx/writer.ts')).writer,
    layout: 'NCHW',
    returns: 'outputs',
    main: 'model.onnx',
    beside: [],
    exportPath: (name, shape) => `${name}-${shape}.onnx`,
    own: { extension: '.onnx', byFolder: false, aliases: true, text: '.onnx' },
  },
  {
    id: 'graph-model',
    read: async () => (await import('./graph-model/read.ts')).reader,
    write: async () => (await import('./graph-model/writer.ts')).writer,
    layout: 'NHWC',
    returns: 'any value',
    main: 'model.json',
    beside: ['group1-shard1of1.bin'],
    // A network that flattens a map fixes its size.
    exportPath: (name, shape) => `${name}-${shape}/model.json`,
    // TF.js would load a file again for each name.
    own: {
      extension: '.json',
      byFolder: true,
      aliases: false,
      text: "a TF.js graph model's model.json or its folder",
    },
  },
] as const satisfies readonly Format[];

export type FormatId = (typeof ROWS)[number]['id'];

/** Every format, in the order in which messages list them. */
export const FORMATS: readonly (Format & { readonly id: FormatId })[] = ROWS;

/** The row of a format. */
export function formatOf(id: FormatId): Format {
  const row = FORMATS.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no format '${id}'`);
  return row;
}
