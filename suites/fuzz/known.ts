import { inferShapes, type Node } from '../../reference/graph.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { graphOf, isDepthwise } from './network.ts';

/** A defect of a runtime that is known: where it is, and which networks may show it. */
type KnownDefect = {
  readonly name: string;
  readonly backends: readonly string[];
  shows(network: FuzzNetwork): boolean;
};

type Windowed = Node & { op: 'Conv' | 'MaxPool' };

/** Whether an axis has a stride above the kernel, and padding that the file calls SAME. */
const sparseSame = (node: Windowed): boolean =>
  node.autoPad !== undefined &&
  node.autoPad !== 'VALID' &&
  node.strides.some((stride, axis) => stride > (node.kernel[axis] ?? stride));

const some =
  <K extends Windowed['op']>(op: K, is: (node: Windowed & { op: K }) => boolean) =>
  ({ nodes }: FuzzNetwork): boolean =>
    nodes.some((node) => node.op === op && is(node as Windowed & { op: K }));

/** Whether two convolutions have outputs of one shape, one with a ReLU after it and one without. */
function sharesRelu(network: FuzzNetwork): boolean {
  const graph = graphOf(network);
  const shapes = inferShapes(graph, network.batch, network.size);
  const convs = graph.nodes.filter(({ op }) => op === 'Conv').map(({ name }) => name);
  const fused = (name: string) => graph.nodes.some((node) => node.op === 'Relu' && node.inputs[0] === name);
  return convs.some((a) => fused(a) && convs.some((b) => !fused(b) && `${shapes.get(a)}` === `${shapes.get(b)}`));
}

const WEBGPU = ['ort-web/webgpu', 'ort-web/webgpu-jsep', 'ort-node/webgpu'];

/** Known defects, of ONNX Runtime 1.30. A failure that none explains is news. */
const KNOWN: readonly KnownDefect[] = [
  {
    name: 'a MaxPool with SAME padding and a kernel below its stride is refused, or wrong',
    backends: [
      'ort-node/cpu',
      'ort-web/wasm',
      'ort-web/webgl',
      'ort-web/webgpu',
      'ort-web/webgpu-jsep',
      'ort-node/webgpu',
    ],
    shows: some('MaxPool', sparseSame),
  },
  {
    name: 'groups of 5, 6, 7, 9 or more output channels that 4 does not divide are mixed up',
    backends: WEBGPU,
    shows: some(
      'Conv',
      (node) => node.group > 1 && !isDepthwise(node) && node.out / node.group > 4 && (node.out / node.group) % 4 > 0,
    ),
  },
  {
    name: 'a convolution runs with the fused ReLU of another',
    backends: ['ort-web/webgl'],
    shows: sharesRelu,
  },
  {
    name: 'a convolution with SAME padding and a kernel below its stride is wrong',
    backends: ['ort-web/webgl', 'ort-web/webgpu-jsep'],
    shows: some('Conv', sparseSame),
  },
];

/** The name of a known defect that may explain a network's failure on a backend; undefined where none does. */
export const knownAs = (network: FuzzNetwork, backend: string): string | undefined =>
  KNOWN.find(({ backends, shows }) => backends.includes(backend) && shows(network))?.name;
