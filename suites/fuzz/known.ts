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

/** Backends whose maximum starts from −1e5: see backends/README.md. Inputs that are large reach −1e6. */
const SHORT_MAXIMUM = ['ort-web/webgl', 'ort-web/webgpu-jsep'];

/**
 * The known defect that may explain a network's failure on a backend, in words; undefined where none does. Besides the
 * defects of backends/defects.ts, ONNX Runtime 1.30 refuses a pool that no network of this family has, and its older GPU
 * builds pool values that no network of this family has.
 */
export function knownAs(network: FuzzNetwork, backend: string): string | undefined {
  const { nodes, values } = network;
  if (ORT.includes(backend) && nodes.some(isSparsePool))
    return 'refuses a MaxPool with SAME padding and a kernel below its stride, or computes it wrongly';
  if (SHORT_MAXIMUM.includes(backend) && values.kind === 'large' && nodes.some(({ op }) => op === 'MaxPool'))
    return 'gives −100,000 as the maximum of values that are all below it';
  return knownDefects(graphOf(network), backend)[0]?.what;
}
