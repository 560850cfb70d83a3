import { operatorOf } from '../../reference/ops/operators.ts';
import { hashName, random } from '../../reference/random.ts';
import { sizeOf, type Tensor, type Weights } from '../../reference/tensor.ts';
import type { FuzzNetwork, ValueKind } from '../contract/play.ts';

/** Draws one value from −1 to 1, from two uniforms. */
const DRAW: { readonly [K in ValueKind]: (next: () => number) => number } = {
  plain: (next) => next() * 2 - 1,
  positive: (next) => next(),
  constant: () => 0.5,
  sparse: (next) => (next() < 0.25 ? next() * 2 - 1 : 0),
  large: (next) => next() * 2 - 1,
  small: (next) => next() * 2 - 1,
};

const SCALE: { readonly [K in ValueKind]: number } = {
  plain: 1,
  positive: 1,
  constant: 1,
  sparse: 1,
  large: 1e6,
  small: 1e-6,
};

/**
 * A network's weights: each parameter around its operator's usual centre and within its usual width, which for dot
 * products follows from the fan-in. The same in every process and page.
 */
export function weightsOf({ nodes, values }: FuzzNetwork): Weights {
  const draw = DRAW[values.kind];
  const weights = new Map<string, Float32Array>();
  for (const node of nodes)
    for (const { suffix, shape, seeded } of operatorOf(node).parameters(node)) {
      const name = `${node.name}.${suffix}`;
      const next = random(hashName(`${values.seed}/${name}`));
      const data = Float32Array.from({ length: sizeOf(shape) }, () => seeded.centre + draw(next) * seeded.halfWidth);
      weights.set(name, data);
    }
  return weights;
}

/** Input number `index` of a network, of float32 values. */
export function inputOf({ batch, channels, size, values }: FuzzNetwork, index: number): Tensor {
  const shape = [batch, channels, size, size];
  const draw = DRAW[values.kind];
  const next = random(hashName(`${values.seed}/input${index}`));
  // Constant inputs differ from each other, so that a stale result is seen.
  const scale = SCALE[values.kind] * (1 + index / 4);
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(scale * draw(next))) };
}
