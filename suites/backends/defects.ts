import { type Graph, INPUT, type Node, type Op, type OpOf } from '../../reference/graph.ts';
import { builder, conv, RELU } from '../../reference/models/build.ts';
import type { Named } from '../../reference/ops/operator.ts';

/** A network without a head that shows a defect with seeded weights, and the height and width of its image. */
type Smallest = { readonly graph: Graph; readonly size: number };

/** A known defect of a runtime: it makes outputs wrong. */
export type Defect = {
  readonly id: string;
  /** What goes wrong, in a sentence that follows the runtime's name. */
  readonly what: string;
  readonly backends: readonly string[];
  /** The package with the defect is the backend's. Versions in which it was seen; it may be mended in others. */
  readonly versions: readonly string[];
  /** Address of the report, or `not reported`. */
  readonly upstream: string;
  /** Cells of this project's own networks that it makes wrong, as queries without a backend. */
  readonly queries: readonly string[];
  readonly smallest: Smallest;
  /** Whether a graph, as it is loaded, has nodes that may show it. What depends on sizes is not looked at. */
  shows(graph: Graph): boolean;
};

type Conv = Named<OpOf<'Conv'>>;
const convs = ({ nodes }: Graph): Conv[] => nodes.filter((node) => node.op === 'Conv');

/** A graph of these nodes in a row. */
function chain(channels: number, ...ops: readonly Op[]): Graph {
  const b = builder();
  let x = INPUT;
  for (const op of ops) x = b.add(op.op.toLowerCase(), op, x);
  return b.finish('defect', channels);
}

/** Whether a runtime fuses a ReLU to a node: its only reader is one. */
function hasRelu({ nodes, output }: Graph, { name }: Node): boolean {
  const readers = nodes.filter(({ inputs }) => inputs.includes(name));
  return name !== output && readers.length === 1 && readers[0]?.op === 'Relu';
}

/** What two convolutions share whose inputs and outputs have the same shape. */
const shapeKey = ({ in: inner, out, kernel, strides, group }: Conv): string =>
  JSON.stringify([inner, out, kernel, strides, group]);

/** Whether a convolution is a product of matrices: 1×1, at stride 1 and without padding. */
const isPlain = ({ kernel, strides, pads }: Conv): boolean =>
  `${kernel}` === '1,1' && `${strides}` === '1,1' && pads.every((pad) => pad === 0);

const ORT_WEBGPU = ['ort-web/webgpu', 'ort-node/webgpu'];

/** Every known defect that makes a network of this family wrong. What they are in detail is in README.md. */
export const DEFECTS: readonly Defect[] = [
  {
    id: 'webgl-shared-shader',
    what: 'runs a convolution with the shader of another one of the same shape, the fused ReLU included',
    backends: ['ort-web/webgl'],
    versions: ['1.30.0'],
    upstream: 'not reported',
    queries: ['*:resnet8.*:fp32:*:*', '*:resnet18.*:fp32:*:*', '*:resnet34.*:fp32:*:*', '*:opgrid.*:*:*:*'],
    smallest: { graph: chain(4, conv(4, 4, 1, 1), RELU, conv(4, 4, 1, 1)), size: 4 },
    shows(graph) {
      const fused = new Map<string, boolean>();
      return convs(graph).some((node) => {
        const [key, relu] = [shapeKey(node), hasRelu(graph, node)];
        const other = fused.get(key);
        fused.set(key, relu);
        return other !== undefined && other !== relu;
      });
    },
  },
  {
    id: 'webgpu-group-width',
    what: 'mixes up the groups of a convolution whose groups have 5 or more output channels that 4 does not divide',
    backends: [...ORT_WEBGPU, 'ort-web/webgpu-jsep'],
    versions: ['1.30.0'],
    upstream: 'not reported',
    queries: ['*:opgrid.*:*:*:*'],
    smallest: { graph: chain(6, { ...conv(6, 10, 3, 1), group: 2 }), size: 8 },
    shows: (graph) => convs(graph).some(({ out, group }) => group > 1 && out / group > 4 && (out / group) % 4 !== 0),
  },
  {
    id: 'webgpu-three-channels',
    what: 'computes a convolution wrongly whose input channels are 6 or more, a multiple of 3 and none of 4, and whose output channels are one of 4',
    backends: ORT_WEBGPU,
    versions: ['1.30.0'],
    upstream: 'not reported',
    queries: [],
    smallest: { graph: chain(6, conv(6, 4, 3, 1)), size: 8 },
    shows: (graph) =>
      convs(graph).some(
        (node) =>
          node.group === 1 &&
          node.in > 3 &&
          node.in % 3 === 0 &&
          node.in % 4 > 0 &&
          node.out % 4 === 0 &&
          !isPlain(node),
      ),
  },
  {
    id: 'webgpu-pointwise-pads',
    what: 'leaves out the padding of a 1×1 convolution that has it at the bottom or right only',
    backends: [...ORT_WEBGPU, 'ort-web/webgpu-jsep'],
    versions: ['1.30.0'],
    upstream: 'not reported',
    queries: [],
    smallest: { graph: chain(1, { ...conv(1, 1, 1, 1), pads: [0, 0, 0, 1] }), size: 4 },
    shows: (graph) =>
      convs(graph).some(({ kernel, strides, pads: [top, left, bottom, right], group }) => {
        const pointwise = `${kernel}` === '1,1' && `${strides}` === '1,1' && group === 1;
        return pointwise && top + left === 0 && bottom + right > 0;
      }),
  },
  {
    id: 'webgpu-relu-beside-gelu',
    what: 'leaves out a ReLU before or after a Gelu that follows a convolution',
    backends: ORT_WEBGPU,
    versions: ['1.30.0'],
    upstream: 'not reported',
    queries: [],
    smallest: { graph: chain(4, conv(4, 4, 3, 1), RELU, { op: 'Gelu' }), size: 4 },
    shows: ({ nodes }) => {
      const byName = new Map(nodes.map((node) => [node.name, node]));
      const before = (node: Node | undefined) => byName.get(node?.inputs[0] ?? '');
      const isActivation = (node: Node | undefined) => node?.op === 'Relu' || node?.op === 'Gelu';
      return nodes.some((node) => {
        const first = before(node);
        if (!isActivation(node) || !isActivation(first) || node.op === first?.op) return false;
        let source = before(first);
        while (isActivation(source) || source?.op === 'BatchNormalization') source = before(source);
        return source?.op === 'Conv';
      });
    },
  },
  {
    id: 'same-upper-beyond-kernel',
    what: 'pads with a negative number of rows where auto_pad is SAME_UPPER and a stride is larger than the kernel',
    backends: ['ort-web/webgl', 'ort-web/webgpu-jsep'],
    versions: ['1.30.0'],
    upstream: 'not reported',
    queries: [],
    smallest: {
      graph: chain(1, { ...conv(1, 1, 1, 2), autoPad: 'SAME_UPPER' }),
      size: 8,
    },
    shows: ({ nodes }) =>
      nodes.some(
        (node) =>
          (node.op === 'Conv' || node.op === 'MaxPool') &&
          node.autoPad === 'SAME_UPPER' &&
          (node.strides[0] > node.kernel[0] || node.strides[1] > node.kernel[1]),
      ),
  },
];

/** Versions of packages by name, as a run's header has them. */
type Versions = { readonly [name: string]: string };

/** Whether a defect was seen in one of these versions of a backend's packages. */
export const wasSeenIn = ({ versions }: Defect, packages: readonly string[], installed: Versions): boolean =>
  packages.some((name) => versions.includes(installed[name] ?? ''));

/**
 * The known defects of a backend, in any version, that a graph may show. The graph is as its file is loaded: with
 * `autoPad` where that spells it, and batch normalisations folded where they are.
 */
export const knownDefects = (graph: Graph, backend: string): Defect[] =>
  DEFECTS.filter(({ backends, shows }) => backends.includes(backend) && shows(graph));
