import type { Node } from '../../reference/graph.ts';
import { knownDefects } from '../backends/defects.ts';
import type { FuzzNetwork } from '../contract/play.ts';
import { graphOf } from './network.ts';

const ORT = [
  ...['ort-node/cpu', 'ort-node/webgpu', 'ort-web/wasm'],
  ...['ort-web/webgl', 'ort-web/webgpu', 'ort-web/webgpu-jsep'],
];

/** Whether a pool has a stride above its kernel, and padding that the file calls SAME. */
const isSparsePool = (node: Node): boolean =>
  node.op === 'MaxPool' &&
  (node.autoPad === 'SAME_UPPER' || node.autoPad === 'SAME_LOWER') &&
  node.strides.some((stride, axis) => stride > (node.kernel[axis] ?? stride));

/**
 * The known defect that may explain a network's failure on a backend, in words; undefined where none does. Besides the
 * defects of backends/defects.ts, ONNX Runtime 1.30 refuses a pool that no network of this family has.
 */
export const knownAs = (network: FuzzNetwork, backend: string): string | undefined =>
  ORT.includes(backend) && network.nodes.some(isSparsePool)
    ? 'refuses a MaxPool with SAME padding and a kernel below its stride, or computes it wrongly'
    : knownDefects(graphOf(network), backend)[0]?.what;
