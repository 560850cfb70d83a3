import type { Graph } from '../graph.ts';
import { operatorOf } from '../ops/operators.ts';
import { hashName, random } from '../random.ts';
import { sizeOf, type Tensor, type Weights } from '../tensor.ts';

/** Uniforms in [−1, 1), equal on every engine: only integer arithmetic and exact float64 operations. */
function symmetric(name: string): () => number {
  const next = random(hashName(name));
  return () => next() * 2 - 1;
}

/**
 * The weights `seedN`: a function of the architecture's name, the parameter's name and N only, the same on every
 * machine and in the page. The node that ends a residual branch (a normalisation, a pre-activation network's
 * convolution, ConvNeXt's layer scale) is scaled by 1/√(number of blocks), so that activations stay of order one at
 * every depth.
 */
export function seededWeights(graph: Graph, seed: number): Weights {
  const ends = graph.nodes.filter((node) => operatorOf(node).residual);
  const branchEnds = new Set(ends.map((node) => node.inputs[0]));
  const weights = new Map<string, Float32Array>();
  for (const node of graph.nodes)
    for (const { suffix, shape, seeded } of operatorOf(node).parameters(node)) {
      const scale = seeded.branch && branchEnds.has(node.name) ? 1 / Math.sqrt(ends.length) : 1;
      const [centre, halfWidth] = [seeded.centre * scale, seeded.halfWidth * scale];
      const name = `${node.name}.${suffix}`;
      const next = symmetric(`${graph.name}/seed${seed}/${name}`);
      const data = new Float32Array(sizeOf(shape));
      for (let i = 0; i < data.length; i++) data[i] = centre + next() * halfWidth;
      weights.set(name, data);
    }
  return weights;
}

const PATCHES = 8;

/**
 * Image number `index`, [channels, size, size] with about unit variance: an 8×8 pattern of flat patches, so that images
 * still differ after pooling, plus a quarter of noise.
 */
export function seededImage(index: number, channels: number, size: number): Float32Array {
  const next = symmetric(`image${index}/${channels}x${size}`);
  const patches = Float64Array.from({ length: channels * PATCHES * PATCHES }, () => next() * 1.5);
  const image = new Float32Array(channels * size * size);
  let at = 0;
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const patch = (c * PATCHES + Math.floor((y * PATCHES) / size)) * PATCHES + Math.floor((x * PATCHES) / size);
        image[at++] = (patches[patch] ?? 0) + next() * 0.5;
      }
  return image;
}

/** Batch number `index` of seeded images, [batch, channels, size, size]. */
export function seededInput(index: number, batch: number, channels: number, size: number): Float32Array {
  const input = new Float32Array(batch * channels * size * size);
  for (let i = 0; i < batch; i++) input.set(seededImage(index * batch + i, channels, size), i * channels * size * size);
  return input;
}

/** The same batch in float64, for the reference. */
export function seededTensor(index: number, batch: number, channels: number, size: number): Tensor {
  return { shape: [batch, channels, size, size], data: Float64Array.from(seededInput(index, batch, channels, size)) };
}
