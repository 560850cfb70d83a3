import { type Builder, floatsOf, tensorOf } from './builder.ts';
import type { Floats, Item, Value } from './values.ts';

/** What a layer normalisation is of. */
export type Norm = { readonly weight: Floats; readonly bias: Floats; readonly epsilon: number };

/** The layer normalisation of a value over its channels. */
export function layerNorm(net: Builder, name: string, x: Value, { weight, bias, epsilon }: Norm): Value {
  return net.add(name, { op: 'LayerNormalization', channels: x.shape[1] ?? 0, epsilon }, [x], { weight, bias });
}

/** The batch normalisation of an image: it, and its weight, bias, mean and variance. */
export function batchNorm(net: Builder, name: string, inputs: readonly (Item | undefined)[], epsilon: number): Value {
  const x = tensorOf(inputs[0]);
  const [weight, bias, mean, variance] = ['weight', 'bias', 'mean', 'variance'].map((what, i) =>
    floatsOf(inputs[i + 1], what),
  );
  const filling = { weight, bias, running_mean: mean, running_var: variance } as { [suffix: string]: Floats };
  return net.add(name, { op: 'BatchNormalization', channels: x.shape[1] ?? 0, epsilon }, [x], filling);
}
