import { describe, expect, it } from 'vitest';
import { writeGraphModel } from '../../../reference/formats/graph-model/write.ts';
import { int, message, text } from '../../../reference/formats/onnx/protobuf-write.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import { writeOnnx } from '../../../reference/formats/onnx/write.ts';
import { openModel } from '../../../reference/models/load.ts';
import { foldGraph } from '../../../reference/passes/fold-batch-norm.ts';
import { layersOf } from '../../../reference/passes/layers.ts';
import { external, FLOAT, file, floats, graph, integers, node, some, tensor, value } from './onnxfile.ts';

// Small files that would cause much work: each is read, or refused in one short line, within a short time.

const INPUT = value(11, 'x', [1, 2, 4, 4]);
const OUTPUT = value(12, 'out', [1, 'f']);
const END = node('Flatten y > out');
const CONV = [floats('w', [3, 2, 1, 1], some(6)), node('Conv x,w > y')];
const MANY = 20_000;
const SECONDS = 3;

const openedAt = (bytes: Uint8Array, parts = new Map<string, Uint8Array>()) => openOnnx('test', bytes, parts).at(1, 4);

/** What is said of a file that is refused, as the command line says it, within three seconds of the processor's time. */
async function refusal(bytes: Uint8Array, batch = 1, size = 4): Promise<string> {
  const start = process.cpuUsage();
  const source = { format: 'onnx', model: 'test', files: [{ name: 'net.onnx', path: '' }] } as const;
  const error = await openModel(source, async () => bytes).then(
    (opened) => {
      try {
        return opened.at(batch, size) && undefined;
      } catch (reason) {
        return reason as Error;
      }
    },
    (reason: Error) => reason,
  );
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(SECONDS);
  const said = error?.message ?? 'it was read';
  expect(said.length).toBeLessThanOrEqual(500);
  expect(said).toMatch(/^net\.onnx: [^\p{Cc}]*$/u);
  return said;
}

/** A result, and that it came within three seconds of the processor's time. */
function soon<T>(action: () => T): T {
  const start = process.cpuUsage();
  const result = action();
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(SECONDS);
  return result;
}

/** A line of nodes of one operator, from x to y. */
const line = (count: number, op: string, name: (index: number) => string) =>
  Array.from({ length: count }, (_, i) =>
    node(`${op} ${i === 0 ? 'x' : name(i - 1)} > ${i === count - 1 ? 'y' : name(i)}`),
  );

describe('a network of very many nodes is read in seconds', () => {
  const long = () => openedAt(graph(...line(MANY, 'Relu', (i) => `r${i}`)));

  it('whose names become alike', () => {
    const bytes = graph(...line(MANY, 'Relu', (i) => `r${String.fromCharCode(0x4e00 + i)}`));
    const names = soon(() => openedAt(bytes)).graph.nodes.map(({ name }) => name);
    expect([names[0], names[1], names.at(-3)]).toEqual(['r', 'r_2', `r_${MANY - 1}`]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('in one line', () => expect(soon(long).graph.nodes).toHaveLength(MANY + 1));

  it('that slice, each joined with the one before', () => {
    const starts = [
      integers('starts', [0, 0]),
      integers('ends', [4, 4]),
      integers('axes', [2, 3]),
      integers('steps', [2, 2]),
    ];
    const slices = line(MANY, 'Slice', (i) => `s${i}`).map((_, i) => {
      const [from, to] = [i === 0 ? 'x' : `s${i - 1}`, i === MANY - 1 ? 'y' : `s${i}`];
      return node(`Slice ${from},starts,ends,axes,steps > ${to}`);
    });
    const [slice] = soon(() => openedAt(graph(...starts, ...slices))).graph.nodes;
    expect(slice).toMatchObject({ op: 'Slice', steps: [2 ** 31 - 1, 2 ** 31 - 1] });
  });

  it('and written, folded and taken into layers', () => {
    const { graph: network, weights } = long();
    expect(soon(() => writeOnnx(network, weights, 1, 4)).length).toBeGreaterThan(MANY);
    expect(soon(() => writeGraphModel(network, weights, 4)).json.modelTopology.node.length).toBeGreaterThan(MANY);
    expect(soon(() => foldGraph(network)).graph.nodes).toHaveLength(MANY + 1);
    const shapes = new Map(network.nodes.map(({ name }) => [name, [1, 2, 4, 4]]));
    expect(soon(() => layersOf(network, shapes.set('input', [1, 2, 4, 4]))).length).toBeLessThan(20);
  });

  it('and taken into layers where each adds the input again', () => {
    const adds = Array.from({ length: 2000 }, (_, i) => node(`Add ${i === 0 ? 'x' : `a${i - 1}`},x > a${i}`));
    const { graph: network } = openedAt(graph(...adds, node('Relu a1999 > y')));
    const shapes = new Map(network.nodes.map(({ name }) => [name, [1, 2, 4, 4]]));
    expect(soon(() => layersOf(network, shapes.set('input', [1, 2, 4, 4]))).length).toBeLessThan(300);
  });
});

describe('a file that asks for much is refused in one short line', () => {
  const opsets = Array.from({ length: 300_000 }, () => message(8, text(1, ''), int(2, 17))).flat();
  it('but not for 300,000 opset imports', () => {
    const bytes = Buffer.concat([graph(...CONV), ...opsets]);
    expect(soon(() => openedAt(bytes)).graph.nodes).toHaveLength(2);
  });

  const long = 'n'.repeat(2_000_000);
  const shaped = (shape: readonly number[], type = FLOAT) =>
    message(5, tensor('w', shape, type, message(9, [new Uint8Array(0)])));
  it.each<[string, () => Uint8Array, string, number?, number?]>([
    ['an input of 2³¹ pixels a side', () => graph(...CONV), 'has 9.22e+18 values', 1, 2 ** 31],
    ['a batch of 2³¹', () => graph(...CONV), 'has 6.87e+10 values', 2 ** 31],
    [
      'pads of 20,000',
      () => graph(CONV[0] ?? [], node('Conv x,w > y', { pads: [20_000, 20_000, 20_000, 20_000] })),
      'y, padded: its shape [1,2,40004,40004] has 3.20e+9 values',
    ],
    [
      'pads of 2⁵²',
      () => graph(CONV[0] ?? [], node('Conv x,w > y', { pads: [2 ** 52, 0, 0, 0] })),
      'y, padded: its shape',
    ],
    [
      'a name of 2 MB',
      () => graph(node(`Clip x > ${long}`), END),
      `(Clip): this operator is not supported: supported are Add, `,
    ],
    ['an operator of 2 MB', () => graph(node(`${long} x > y`)), 'this operator is not supported'],
    ['an input of 2 MB that is missing', () => graph(node(`Relu ${long} > y`)), 'which no node before it computes'],
    [
      '20,000 inputs',
      () => file([...Array.from({ length: MANY }, (_, i) => value(11, `x${i}`, [1])), OUTPUT]),
      'it has 20000 inputs (x0, x1, x2 and 19997 more): one is supported',
    ],
    ['a rank of 300,000', () => graph(shaped(new Array(300_000).fill(1)), node('Conv x,w > y')), 'more than 32'],
    ['more nodes than any network has', () => graph(...line(100_001, 'Relu', (i) => `r${i}`)), 'it has 100002 nodes'],
    ['2,000,000 fields', () => new Uint8Array(4_000_000).fill(8), 'more than 1000000 fields'],
    ['an empty weight of 2⁴⁰ channels', () => graph(shaped([2 ** 40, 0, 1, 1]), node('Conv x,w > y')), "'w' is empty"],
    [
      'a constant of −5 values',
      () =>
        graph(
          integers('five', [-5]),
          node('ConstantOfShape five > five2', {
            value: { tensor: tensor('', [1], 7, message(7, [Uint8Array.of(0)])) },
          }),
        ),
      'it makes -5 values that are no shape',
    ],
    [
      'a slice of integers that stands still',
      () => graph(integers('a', [1, 2]), integers('z', [0]), integers('one', [1]), node('Slice a,one,z,z,z > s')),
      'its step is 0',
    ],
    [
      'integers as 2⁴⁰ rows',
      () => graph(integers('a', [1, 2]), integers('s', [2 ** 40]), node('Reshape a,s > r')),
      '2 values do not fit [1099511627776]',
    ],
    [
      '20,000 times 4,000 integers in one',
      () => graph(integers('a', new Array(4000).fill(1)), node(`Concat ${new Array(MANY).fill('a').join()} > s`)),
      'it makes 80000000 values that are no shape',
    ],
    [
      'an output that no object can have',
      () => file([INPUT, ...CONV, node('Flatten y > __proto__'), value(12, '__proto__', [1, 48])]),
      "its output is named '__proto__'",
    ],
  ])('%s', async (_, bytes, expected, batch, size) => {
    const open = value(11, 'x', ['n', 2, 'h', 'w']);
    const wide = batch === undefined && size === undefined;
    const content = wide ? bytes() : file([open, ...CONV, END, OUTPUT]);
    expect(await refusal(content, batch ?? 1, size ?? 4)).toContain(expected);
  });
});

describe('tensors at one place of a file are one', () => {
  const bytes = new Uint8Array(some(2 ** 18).buffer);
  const at = (name: string, offset: number, count: number, location = 'w.bin') =>
    external(name, [count], { location, offset: `${offset}`, length: `${4 * count}` });

  it('whatever they are called, and however they write the file’s name', () => {
    const tensors = Array.from({ length: 3000 }, (_, i) => at(`w${i}`, 0, 2 ** 18, `${'./'.repeat(i % 100)}w.bin`));
    const names = Array.from({ length: 100 }, (_, i) => `${'./'.repeat(i)}w.bin`);
    const before = process.memoryUsage().arrayBuffers;
    soon(() => openedAt(graph(...tensors, ...CONV), new Map(names.map((name) => [name, bytes]))));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * bytes.length);
  });

  it('but not where they overlap again and again', () => {
    const tensors = Array.from({ length: 3000 }, (_, i) => at(`w${i}`, 4 * i, 2 ** 18 - 3000));
    expect(() => soon(() => openedAt(graph(...tensors, ...CONV), new Map([['w.bin', bytes]])))).toThrow(
      "tensor 'w2': the tensors in 'w.bin' overlap, and make more than 2 times its size",
    );
  });

  it('also once they are turned', () => {
    const products = Array.from({ length: 500 }, (_, i) => node(`Gemm ${i === 0 ? 'f' : `g${i - 1}`},m > g${i}`));
    const parts = [floats('m', [500, 500], some(250_000)), floats('k', [500, 2, 4, 4], some(16_000))];
    const start = [node('Conv x,k > c'), node('Flatten c > f')];
    const { weights } = soon(() =>
      openedAt(file([INPUT, ...parts, ...start, ...products, value(12, 'g499', [1, 500])])),
    );
    expect(new Set([...weights.values()].map(({ buffer }) => buffer)).size).toBe(3);
  });
});

describe('names that every object of JavaScript has', () => {
  it('are no names of nodes, and no taps', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x'];
    const adds = names.slice(0, -1).map((name, i) => node(`Add ${i === 0 ? 'x' : names[i - 1]},x > ${name}`));
    const { graph: network, names: known } = openedAt(graph(...adds, node('Relu hasOwnProperty > y')));
    expect(network.nodes.map(({ name }) => name).filter((name) => name in {})).toEqual([]);
    expect([...known.values()]).toEqual(['x', 'y', 'out']);
  });
});
