import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from '../../../reference/analysis.ts';
import type { NetworkFile } from '../../../reference/formats/format.ts';
import { weightFiles } from '../../../reference/formats/graph-model/parse.ts';
import { openGraphModel } from '../../../reference/formats/graph-model/read.ts';
import { writeGraphModel } from '../../../reference/formats/graph-model/write.ts';
import { externalFiles } from '../../../reference/formats/onnx/parse.ts';
import { readFields, readInteger, readTexts } from '../../../reference/formats/onnx/protobuf.ts';
import { openOnnx } from '../../../reference/formats/onnx/read.ts';
import { writeOnnx } from '../../../reference/formats/onnx/write.ts';
import { countParameters, inferShapes } from '../../../reference/graph.ts';
import { external, file, floats, graph, integers, node, some, value } from '../../reference/formats/onnxfile.ts';
import { conv, filesOf, type Model, model, pad, pooled, SIZE, T, weight } from '../../reference/formats/tfjsfile.ts';
import { alone, type Reader, type Seed } from '../input.ts';

/** Parameters of a network that is still quick to write out. */
const TINY = 1e5;
/** Pixels where a file leaves them open. */
const PIXELS = 32;

/** What a run does with a network before any runtime has it. */
function use(network: NetworkFile): void {
  const [batch, size] = [network.batch ?? 1, network.size ?? PIXELS];
  const { graph: read, weights } = network.at(batch, size);
  inferShapes(read, batch, size);
  analyse(read, batch, size);
  if (countParameters(read) > TINY) return;
  writeOnnx(read, weights, batch, size);
  JSON.stringify(writeGraphModel(read, weights, size).json);
}

const fixture = (name: string): Seed =>
  alone('protobuf', readFileSync(join(import.meta.dirname, '../../reference/fixtures', name)));

const weights4 = floats('w', [4, 2, 3, 3], some(72));
const ONNX: readonly Seed[] = [
  graph(weights4, floats('b', [4], some(4)), node('Conv x,w,b > y', { pads: [1, 1, 1, 1], strides: [2, 2] })),
  graph(weights4, integers('p', [0, 0, 1, 1, 0, 0, 1, 1]), node('Pad x,p > x1'), node('Conv x1,w > y')),
  graph(
    ...[floats('s', [2], some(2)), floats('m', [2], some(2)), floats('v', [2], some(2).map(Math.abs))],
    node('BatchNormalization x,s,s,m,v > n', { epsilon: { float: 1e-5 } }),
    ...[node('Relu n > r'), node('MaxPool r > y', { kernel_shape: [2, 2], strides: [2, 2] })],
  ),
  graph(
    ...[integers('starts', [0, 0]), integers('ends', [9, 9]), integers('axes', [2, 3]), integers('steps', [2, 2])],
    ...[node('Slice x,starts,ends,axes,steps > s'), node('GlobalAveragePool s > y')],
  ),
  file([
    ...[value(11, 'x', ['n', 2, 4, 4]), floats('w', [3, 32], some(96)), integers('shape', [0, -1])],
    ...[node('Reshape x,shape > f'), node('Gemm f,w > out', { transB: 1 }), value(12, 'out', ['n', 3])],
  ]),
  file([
    ...[value(11, 'x', ['n', 2, 4, 4]), integers('zero', [0], 7, []), node('Shape x > s'), node('Gather s,zero > g')],
    ...[node('Constant - > minus', { value_ints: [-1] }), integers('axes', [0]), node('Unsqueeze g,axes > u')],
    ...[node('Concat u,minus > shape', { axis: 0 }), node('Reshape x,shape > out'), value(12, 'out', ['n', 'f'])],
  ]),
].map((bytes) => alone('protobuf', bytes));

/** A model with its weights in a file beside it. */
const EXTERNAL: Seed = {
  pieces: [
    {
      kind: 'protobuf',
      bytes: graph(
        external('w', [3, 2, 1, 1], { location: 'w.bin', offset: '8', length: '24' }),
        external('b', [3], { location: 'w.bin', offset: '32', length: '12' }),
        node('Conv x,w,b > y'),
      ),
    },
    { kind: 'bytes', bytes: new Uint8Array(some(11).buffer) },
  ],
  build: ([main = new Uint8Array(), data = main]) => ({ main, parts: new Map([['w.bin', data]]) }),
};

/** A TF.js model: its JSON, and two shards. */
function shards(written: Model): Seed {
  const { json, parts } = filesOf(written, written.nodes);
  const [one = new Uint8Array(), two = one] = parts.values();
  const names = [...parts.keys()];
  return {
    pieces: [
      { kind: 'json', bytes: Buffer.from(JSON.stringify(json)) },
      { kind: 'bytes', bytes: one },
      { kind: 'bytes', bytes: two },
    ],
    build: ([main = one, ...data]) => ({ main, parts: new Map(names.map((name, i) => [name, data[i] ?? one])) }),
  };
}

const FUSED = { fused_ops: { list: { s: [btoa('BiasAdd'), btoa('Relu')] } }, num_args: { i: '1' } };
const TFJS: readonly Seed[] = [
  shards(
    model((w) => {
      const inputs = [pad(w, 'x', 2), weight(w, 'k', 3, 3, 3, 4), weight(w, 'b', 4)];
      w.node('c', '_FusedConv2D', inputs, conv('VALID', 2, FUSED));
      return w.node('fc', 'MatMul', [pooled(w, 'c'), weight(w, 'f', 4, 3)], T);
    }),
  ),
  shards(
    model((w) => pooled(w, w.node('c', 'DepthwiseConv2dNative', ['x', weight(w, 'k', 3, 3, 3, 2)], conv('SAME', 1)))),
  ),
  shards(model((w) => pooled(w, w.node('r', 'Relu', ['x'], T)), [1, SIZE, SIZE, 3])),
];

export const NETWORKS: readonly Reader[] = [
  {
    id: 'onnx',
    share: 1,
    typed: false,
    seeds: [...ONNX, ...ONNX, ...ONNX, fixture('classic-resnet.onnx'), fixture('classic-convnext.onnx')],
    read({ main, parts }) {
      externalFiles(main);
      use(openOnnx('fuzz', main, parts));
      return [];
    },
  },
  {
    id: 'onnx-external',
    share: 1,
    typed: false,
    seeds: [EXTERNAL],
    read({ main, parts }) {
      // The files that it names are those on disk.
      const named = new Map(
        externalFiles(main).flatMap((name) => (parts.has('w.bin') ? [[name, parts.get('w.bin') as Uint8Array]] : [])),
      );
      use(openOnnx('fuzz', main, named));
      return [];
    },
  },
  {
    id: 'tfjs',
    share: 1,
    typed: false,
    seeds: TFJS,
    read({ main, parts }) {
      weightFiles(main);
      use(openGraphModel('fuzz', main, parts));
      return [];
    },
  },
  {
    id: 'protobuf',
    share: 1,
    typed: false,
    seeds: ONNX,
    read({ main }) {
      const fields = readFields(main);
      for (const number of new Set(fields.map(({ field }) => field))) {
        readInteger(fields, number, 0);
        readTexts(fields, number);
      }
      return [];
    },
  },
];
