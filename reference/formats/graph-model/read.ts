import { isObject, numberIn } from '../../json.ts';
import { quote } from '../../quote.ts';
import { builder, networkFile, tensorOf } from '../builder.ts';
import type { NetworkFile, Parts, Read, Reader } from '../format.ts';
import type { Item } from '../values.ts';
import { labelOf, readGraphModel, type TfModel, weightFiles } from './parse.ts';
import { readTfOperator } from './read-operators.ts';

/** As many as tell an image from what is none. */
const MOST_EXTENTS = 32;

/** The extents of a placeholder, undefined where they are free; undefined where it has no shape. */
function extentsOf({ input }: TfModel): (number | undefined)[] | undefined {
  const { shape } = input.attributes;
  const list = isObject(shape) && isObject(shape.shape) ? shape.shape.dim : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.slice(0, MOST_EXTENTS).map((dimension) => {
    const extent = numberIn(isObject(dimension) ? dimension.size : undefined);
    return Number.isSafeInteger(extent) && extent > 0 ? extent : undefined;
  });
}

function networkAt(model: TfModel, start: { batch: number; channels: number; size: number }, name: string): Read {
  const net = builder({ inputName: model.input.name, ...start, last: true }, model.constants.values());
  const values = new Map<string, Item>();
  // Each part of a split is read by a node of its own.
  let parts = model.nodes.length;
  for (const node of model.nodes)
    try {
      if (node.op === 'NoOp') continue;
      const constant = model.constants.get(node.name);
      if (node.op === 'Const' && constant === undefined) throw new Error('its value is not among the weights');
      const inputs = node.inputs.map((input) => {
        const item = values.get(input);
        if (item === undefined) throw new Error(`it reads ${quote(input)}, which is no value that was read`);
        return item;
      });
      const items =
        node === model.input
          ? [net.input]
          : node.op === 'Const' && constant !== undefined
            ? [constant]
            : readTfOperator({ net, node, name: node.name, inputs, parts });
      parts -= items.length - 1;
      for (const [index, item] of items.entries()) values.set(index === 0 ? node.name : `${node.name}:${index}`, item);
    } catch (error) {
      throw new Error(`${labelOf(node)}: ${(error as Error).message}`);
    }
  if (!values.has(model.output)) throw new Error(`no node computes its output ${quote(model.output)}`);
  return net.finish(name, tensorOf(values.get(model.output)), model.output);
}

/**
 * The network of a TF.js graph model, as TensorFlow's converter and this project write it; NHWC. `files` are its weight
 * files by their paths in model.json. Throws one line, without the file's name, on whatever is not supported.
 */
export function openGraphModel(name: string, bytes: Uint8Array, files: Parts): NetworkFile {
  const model = readGraphModel(bytes, files);
  const extents = extentsOf(model);
  const [batch, height, width, channels] = extents ?? [];
  if (extents?.length !== 4 || channels === undefined)
    throw new Error(
      `its input ${quote(model.input.name)} is no image [batch, height, width, channels] with a fixed number of channels`,
    );
  return networkFile({ batch, channels, height, width }, (n, size) =>
    networkAt(model, { batch: n, channels, size }, name),
  );
}

export const reader: Reader = { open: openGraphModel, references: weightFiles };
