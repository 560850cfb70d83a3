import type { Graph, Node } from '../graph.ts';
import { nodeParameters } from '../graph.ts';
import type { Drawn } from '../ops/operator.ts';
import { operatorOf } from '../ops/operators.ts';
import { sizeOf, type Weights } from '../tensor.ts';
import { mt19937 } from './mt19937.ts';

const { fround } = Math;

/** PyTorch's CPU generator after `torch.manual_seed(seed)`, for float32. */
export type TorchGenerator = {
  /** `torch.empty(count).uniform_(low, high)`. */
  uniform(count: number, low: number, high: number): Float32Array;
  /** `torch.empty(count).normal_(0, deviation)`; throws RangeError for fewer than 16, which PyTorch draws otherwise. */
  normal(count: number, deviation: number): Float32Array;
};

const CHUNK = 16;
/** In float32, as PyTorch's vectorised code has it: with float64's, values near zero are off by 1e-6 and more. */
const TWO_PI = fround(2 * Math.PI);

/** Box–Muller in place on 16 uniforms: the first 8 give the radius, the last 8 the angle. */
function boxMuller(values: Float32Array, start: number, deviation: number): void {
  for (let i = start; i < start + CHUNK / 2; i++) {
    const u = fround(1 - (values[i] as number));
    const radius = fround(Math.sqrt(fround(-2 * fround(Math.log(u)))));
    const angle = fround(TWO_PI * (values[i + CHUNK / 2] as number));
    values[i] = fround(radius * fround(Math.cos(angle))) * deviation;
    values[i + CHUNK / 2] = fround(radius * fround(Math.sin(angle))) * deviation;
  }
}

/**
 * PyTorch's generator as `aten/src/ATen/native/cpu/DistributionTemplates.h` uses it. Uniforms are PyTorch's bit for
 * bit; normals agree to 4e-7, most of them to the bit, since PyTorch approximates log, sine and cosine in float32.
 */
export function torchGenerator(seed: number): TorchGenerator {
  const next = mt19937(seed);
  const standard = () => (next() & 0xffffff) * 2 ** -24;
  return {
    uniform(count, low, high) {
      const [from, range] = [fround(low), fround(fround(high) - fround(low))];
      const values = new Float32Array(count);
      // The product is not rounded: PyTorch's compiler fuses it with the sum.
      for (let i = 0; i < count; i++) values[i] = standard() * range + from;
      return values;
    },
    normal(count, deviation) {
      if (count < CHUNK) throw new RangeError(`normal values are drawn by ${CHUNK} or more, not ${count}`);
      const scale = fround(deviation);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = standard();
      for (let i = 0; i + CHUNK <= count; i += CHUNK) boxMuller(values, i, scale);
      if (count % CHUNK !== 0) {
        // The last 16 are drawn afresh, over some that are done.
        for (let i = count - CHUNK; i < count; i++) values[i] = standard();
        boxMuller(values, count - CHUNK, scale);
      }
      return values;
    },
  };
}

/** What `nn.Conv2d` and `nn.Linear` draw when they are constructed (`reset_parameters`). */
function construct(layer: Node, { fanIn }: Drawn, generator: TorchGenerator, weights: Map<string, Float32Array>): void {
  for (const { name, shape } of nodeParameters(layer)) {
    // kaiming_uniform_ with a = √5, in PyTorch's order of operations, so that the bound rounds alike.
    const bound = name.endsWith('.bias') ? 1 / Math.sqrt(fanIn) : Math.sqrt(3) * (Math.sqrt(2 / 6) / Math.sqrt(fanIn));
    weights.set(name, generator.uniform(sizeOf(shape), -bound, bound));
  }
}

/**
 * The weights `torchN`: torchvision's ResNet constructors after `torch.manual_seed(seed)` (`models/resnet.py`, v0.14).
 * All layers are constructed; then every convolution is drawn again, normal with variance 2 ÷ fan-out. Activations
 * grow with depth, so float16 overflows.
 * `uniform` continues the same generator in [0, 1), as `torch.rand` does.
 */
export function torchSeeded(graph: Graph, seed: number): { weights: Weights; uniform(count: number): Float32Array } {
  const generator = torchGenerator(seed);
  const values = new Map<string, Float32Array>();
  const layers = graph.nodes.flatMap((node) => {
    const drawn = operatorOf(node).drawn?.(node);
    return drawn === undefined ? [] : [{ node, drawn }];
  });
  // The order does not show: all convolutions are drawn again, and the linear layer is the last in any order.
  for (const { node, drawn } of layers) construct(node, drawn, generator, values);
  // The graph's order is that of `modules()`: a block's downsample comes after its convolutions.
  for (const { node, drawn } of layers) {
    const weight = values.get(`${node.name}.weight`);
    if (drawn.fanOut !== undefined && weight !== undefined)
      values.set(`${node.name}.weight`, generator.normal(weight.length, Math.sqrt(2) / Math.sqrt(drawn.fanOut)));
  }
  const weights = new Map<string, Float32Array>();
  for (const { name, shape } of graph.nodes.flatMap(nodeParameters)) {
    const ones = /\.(weight|running_var)$/.test(name);
    weights.set(name, values.get(name) ?? new Float32Array(sizeOf(shape)).fill(ones ? 1 : 0));
  }
  return { weights, uniform: (count) => generator.uniform(count, 0, 1) };
}
