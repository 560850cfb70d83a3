import { namesText, quote, shown } from '../../quote.ts';
import { builder, networkFile, tensorOf } from '../builder.ts';
import type { NetworkFile, Parts, Read, Reader } from '../format.ts';
import type { Item } from '../values.ts';
import { externalFiles, type OnnxModel, type OnnxNode, type OnnxValue, readOnnx } from './parse.ts';
import { readOperator } from './read-operators.ts';

const FLOAT = 1;
/** A name that no object can hold a value by, so that no runtime can give one back. */
const UNREADABLE = '__proto__';

/** The one of a model's inputs or outputs. Throws where there are none or more. */
function onlyOne(what: string, values: readonly OnnxValue[]): OnnxValue {
  const [value] = values;
  if (value === undefined || values.length !== 1)
    throw new Error(`it has ${values.length} ${what}s (${namesText(values)}): one is supported`);
  return value;
}

const label = ({ name, outputs, op }: OnnxNode) => `node ${quote(name || outputs[0] || '')} (${shown(op)})`;

function readNode(values: Map<string, Item>, node: OnnxNode, net: Parameters<typeof readOperator>[0]['net']): void {
  const inputs = node.inputs.map((input) => {
    const item = values.get(input);
    if (item === undefined && input !== '')
      throw new Error(
        `it reads ${quote(input)}, which no node before it computes: a graph must be sorted and without cycles`,
      );
    return item;
  });
  const [name = ''] = node.outputs;
  if (values.has(name)) throw new Error(`it computes ${quote(name)} a second time`);
  values.set(name, readOperator({ net, node, name, inputs }));
}

/** A file's content, and which of its values go in and out. */
type File = {
  readonly model: OnnxModel;
  readonly input: OnnxValue;
  readonly output: OnnxValue;
  readonly channels: number;
};

function networkAt({ model, input, output, channels }: File, name: string, batch: number, size: number): Read {
  const start = { inputName: input.name, batch, channels, size, last: false };
  const net = builder(start, model.constants.values());
  const values = new Map<string, Item>([...model.constants, [input.name, net.input]]);
  for (const node of model.nodes)
    try {
      readNode(values, node, net);
    } catch (error) {
      throw new Error(`${label(node)}: ${(error as Error).message}`);
    }
  if (!values.has(output.name)) throw new Error(`no node computes its output ${quote(output.name)}`);
  return net.finish(name, tensorOf(values.get(output.name)), output.name);
}

/**
 * The network of an ONNX file (opset 7 or later), as PyTorch's exporters and this project's write it. `external` are the
 * contents of the files that it refers to. Throws one line, without the file's name, on whatever is not supported.
 */
export function openOnnx(name: string, bytes: Uint8Array, external: Parts): NetworkFile {
  const model = readOnnx(bytes, external);
  const input = onlyOne('input', model.inputs);
  const output = onlyOne('output', model.outputs);
  const [batch, channels, height, width] = input.shape ?? [];
  if (input.type !== FLOAT) throw new Error(`its input ${quote(input.name)} is no float32`);
  if (output.name === UNREADABLE)
    throw new Error(`its output is named '${UNREADABLE}', by which no JavaScript runtime can return it: rename it`);
  if (input.shape?.length !== 4 || channels === undefined)
    throw new Error(
      `its input ${quote(input.name)} is no image [batch, channels, height, width] with a fixed number of channels`,
    );
  const file = { model, input, output, channels };
  return networkFile({ batch, channels, height, width }, (n, size) => networkAt(file, name, n, size));
}

export const reader: Reader = { open: openOnnx, references: externalFiles };
