import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NORMALISED } from '../../../reference/datasets/preprocessing.ts';
import { tarMember } from '../../../reference/datasets/tar.node.ts';
import { type Graph, graphParameters, INPUT } from '../../../reference/graph.ts';
import { parameter } from '../../../reference/tensor.ts';
import { readCheckpoint, readTensors } from '../../../reference/weights/read.ts';
import { seededWeights } from '../../../reference/weights/seeded.ts';
import { readZip } from '../../../reference/weights/zip.ts';
import { cifarImages } from '../../reference/cifar-images.ts';
import { file, op, tensor } from '../../reference/legacy.ts';
import { writeSafetensors } from '../../reference/safetensorsfile.ts';
import { tarEntry } from '../../reference/tarfile.ts';
import { zip } from '../../reference/zipfile.ts';
import { alone, type Input, type Reader, type Seed } from '../input.ts';

const SKETCH = { declared: 6, recorded: 6, stored: [1, 2, 3, 4, 5, 6], offset: 0, shape: [2, 3], strides: [3, 1] };
const PARAMETER = op.global('torch._utils', '_rebuild_parameter');

/** A state_dict with a view, a parameter, a memo, and a tensor that shares all of its storage. */
const STATE = op.dict(
  ...[op.text('a'), Buffer.concat([tensor(SKETCH), op.raw('q\0')])],
  ...[op.text('module.b'), tensor({ ...SKETCH, shape: [3, 2], strides: [1, 3] })],
  ...[op.text('c'), op.call(PARAMETER, tensor({ ...SKETCH, shape: [], strides: [], offset: 5 }), op.raw('\x88'))],
  ...[op.text('tied'), op.raw('h\0')],
);
const UNDER = op.dict(op.text('epoch'), op.raw('\x8a\x02\x10\x27'), op.text('state_dict'), STATE);
const FLOATS = new Uint8Array(Float32Array.from(SKETCH.stored).buffer);

const legacy = (root: Buffer): Seed => ({
  pieces: [{ kind: 'pickle', bytes: root }],
  build: ([pickle = new Uint8Array()]) => ({ main: file(Buffer.from(pickle), SKETCH), parts: new Map() }),
});

const zipped = (root: Buffer): Seed => ({
  pieces: [
    { kind: 'pickle', bytes: Buffer.concat([op.proto, root, op.stop]) },
    { kind: 'bytes', bytes: FLOATS },
    { kind: 'text', bytes: Buffer.from('net/data/0') },
  ],
  build([pickle = FLOATS, data = FLOATS, name = FLOATS]) {
    const entries = [
      { name: 'net/data.pkl', data: pickle, follows: {} },
      { name: Buffer.from(name).toString('latin1').slice(0, 60_000), data },
      { name: 'net/byteorder', data: Buffer.from('little') },
    ];
    return { main: zip(entries, { long: {} }), parts: new Map() };
  },
});

const PATH = join(import.meta.dirname, '../../reference/fixtures/state-dict.pth');
const WRITTEN = alone('bytes', readFileSync(PATH));

const JSON_TEXT = JSON.stringify({
  __metadata__: { format: 'pt' },
  a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
  half: { dtype: 'BF16', shape: [4], data_offsets: [24, 32] },
  counter: { dtype: 'I64', shape: [], data_offsets: [32, 40] },
});

/** A safetensors file of a header and data. */
const inPieces = (text: Uint8Array, values: Uint8Array): Seed => ({
  pieces: [
    { kind: 'json', bytes: text },
    { kind: 'bytes', bytes: values },
  ],
  build([header = text, data = values]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return { main: Buffer.concat([length, header, data]), parts: new Map() };
  },
});

/** A network of two layers. */
const GRAPH: Graph = {
  name: 'small',
  channels: 3,
  nodes: [
    {
      name: 'conv',
      inputs: [INPUT],
      op: 'Conv',
      in: 3,
      out: 2,
      kernel: [1, 1],
      strides: [1, 1],
      pads: [0, 0, 0, 0],
      group: 1,
      bias: true,
    },
    { name: 'pool', inputs: ['conv'], op: 'GlobalAveragePool' },
    { name: 'flat', inputs: ['pool'], op: 'Flatten' },
    { name: 'fc', inputs: ['flat'], op: 'Gemm', in: 2, out: 3 },
  ],
  output: 'fc',
  stages: new Map(),
};

/** A safetensors file of a network's seeded weights, in its two pieces. */
function checkpointOf(graph: Graph): Seed {
  const weights = seededWeights(graph, 0);
  const stored = graphParameters(graph).map(
    ({ name, shape }) => [name, { shape, data: parameter(weights, name) }] as const,
  );
  const bytes = writeSafetensors(new Map(stored));
  const end = 8 + Number(Buffer.from(bytes).readBigUInt64LE(0));
  return inPieces(bytes.subarray(8, end), bytes.subarray(end));
}

const tensors = ({ main }: Input): string[] => {
  readTensors(main);
  return [];
};

/** A tar archive of a folder and two files. */
function tar(): Buffer {
  const files = [
    tarEntry('folder/', Buffer.alloc(0)),
    tarEntry('other', Buffer.alloc(600)),
    tarEntry('it', Buffer.alloc(900, 1)),
  ];
  return Buffer.concat([...files, Buffer.alloc(1024)]);
}

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const IMAGES = Buffer.alloc(2 * 3073, 5);

export const WEIGHTS: readonly Reader[] = [
  {
    id: 'pytorch-legacy',
    share: 1,
    typed: false,
    seeds: [legacy(STATE), legacy(UNDER), alone('bytes', file(STATE, SKETCH))],
    read: tensors,
  },
  { id: 'pytorch-zip', share: 1, typed: false, seeds: [zipped(STATE), zipped(UNDER), WRITTEN], read: tensors },
  {
    id: 'safetensors',
    share: 1,
    typed: false,
    seeds: [inPieces(Buffer.from(JSON_TEXT), new Uint8Array(40).fill(0x3f))],
    read: tensors,
  },
  {
    id: 'checkpoint',
    share: 1,
    typed: false,
    seeds: [checkpointOf(GRAPH)],
    read({ main }) {
      readCheckpoint(GRAPH, main);
      return [];
    },
  },
  {
    id: 'zip',
    share: 1,
    typed: false,
    seeds: [
      alone(
        'bytes',
        zip(
          [
            { name: 'a/b', data: FLOATS, follows: {} },
            { name: 'c', data: FLOATS },
          ],
          { long: {} },
        ),
      ),
      WRITTEN,
    ],
    read({ main }) {
      readZip(main);
      return [];
    },
  },
  {
    id: 'tar',
    share: 1,
    typed: false,
    seeds: [alone('bytes', tar())],
    async read({ main }) {
      await tarMember(pieces(main, 65_536), 'it', 4096);
      return [];
    },
  },
  {
    id: 'cifar',
    share: 1,
    typed: false,
    seeds: [alone('bytes', IMAGES)],
    read({ main }) {
      const { count, image } = cifarImages(main, NORMALISED);
      for (let i = 0; i < Math.min(count, 3); i++) image(i);
      return [];
    },
  },
];
