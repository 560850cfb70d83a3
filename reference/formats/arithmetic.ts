import { sizeOf } from '../tensor.ts';
import { type Builder, reshaped, tensorOf } from './builder.ts';
import * as composite from './composite.ts';
import { layerNorm } from './norms.ts';
import type { Floats, Item, Partial, Pending, Value } from './values.ts';

const refuse = (): never => {
  throw new Error(
    'its operands are not those of a residual sum, a bias, a layer scale, a layer normalisation or an exact Gelu',
  );
};

/** An item as a product, alone or on the way. */
function partialOf(item: Item | undefined): Partial {
  return item?.kind === 'partial' ? item : composite.single(tensorOf(item));
}

/** The number in a constant of one element, or undefined. */
const numberIn = (item: Item | undefined): number | undefined =>
  item?.kind === 'floats' && item.data.length === 1 ? item.data[0] : undefined;

/** The constant as one value for each channel, where the file's rules of broadcasting make it so; else undefined. */
function perChannel(
  constant: Floats,
  { shape: [, channels = 0, ...image], last }: Value | Pending,
): Floats | undefined {
  const fromEnd = image.length === 0 || last ? 1 : 3;
  const along = constant.shape[constant.shape.length - fromEnd];
  const fits = along === channels && constant.data.length === channels && sizeOf(constant.shape) === channels;
  return fits ? reshaped(constant, [channels]) : undefined;
}

/** The operands with a constant, if any, as the second. */
const ordered = (a: Item | undefined, b: Item | undefined) =>
  a?.kind === 'floats' ? ([b, a] as const) : ([a, b] as const);

/** A product, or the Gelu that it is. */
function settle(net: Builder, name: string, product: Partial | undefined): Item {
  if (product === undefined) return refuse();
  return composite.isGelu(product) ? net.add(name, { op: 'Gelu' }, [product.of], {}) : product;
}

/** a + b: a residual sum, a bias, a step of a Gelu, or the end of a layer normalisation. */
export function plus(net: Builder, name: string, a: Item | undefined, b: Item | undefined): Item {
  const [x, y] = ordered(a, b);
  if (y?.kind === 'floats') {
    if (x?.kind === 'pending') {
      const bias = perChannel(y, x);
      if (bias !== undefined) return x.biased(name, bias);
    }
    if (x?.kind === 'partial' && x.weight !== undefined) {
      const bias = perChannel(y, x.of);
      if (bias !== undefined) return layerNorm(net, name, x.of, { weight: x.weight, bias, epsilon: x.epsilon });
    }
    const number = numberIn(y);
    return number === undefined ? refuse() : (composite.plusNumber(partialOf(x), number) ?? refuse());
  }
  const [p, q] = [tensorOf(x), tensorOf(y)];
  if (p.last !== q.last) throw new Error('it adds images whose channels are at different places');
  return net.add(name, { op: 'Add' }, [p, q], {});
}

/** a·b: a layer scale, or a step of a Gelu or a layer normalisation. */
export function times(net: Builder, name: string, a: Item | undefined, b: Item | undefined): Item {
  const [x, y] = ordered(a, b);
  if (y?.kind !== 'floats') return settle(net, name, composite.times(partialOf(x), partialOf(y)));
  if (x?.kind === 'partial' && composite.isNormalised(x)) {
    const weight = perChannel(y, x.of);
    return weight === undefined || x.weight !== undefined ? refuse() : { ...x, weight };
  }
  const number = numberIn(y);
  if (number !== undefined) {
    const product = partialOf(x);
    return settle(net, name, { ...product, scale: product.scale * number });
  }
  const value = tensorOf(x);
  const scale = perChannel(y, value);
  return scale === undefined
    ? refuse()
    : net.add(name, { op: 'Mul', channels: scale.data.length }, [value], { layer_scale: scale });
}

/** a ÷ b, by a number or a deviation. */
export function over(net: Builder, name: string, a: Item | undefined, b: Item | undefined): Item {
  const number = numberIn(b);
  const product = partialOf(a);
  if (number !== undefined) return settle(net, name, { ...product, scale: product.scale / number });
  return settle(net, name, composite.over(product, partialOf(b)));
}

/** a − b: a value less its mean. */
export function minus(a: Item | undefined, b: Item | undefined): Item {
  return composite.minus(partialOf(a), partialOf(b)) ?? refuse();
}

/** a to the power of 2. */
export function square(net: Builder, name: string, a: Item | undefined): Item {
  return settle(net, name, composite.times(partialOf(a), partialOf(a)));
}

/** The error function, the square root or one over it. */
export const erf = (a: Item | undefined): Item => composite.erf(partialOf(a)) ?? refuse();
export const root = (a: Item | undefined, inverse: boolean): Item => composite.root(partialOf(a), inverse) ?? refuse();

/** The mean over channels, a step of a layer normalisation. */
export const mean = (a: Item | undefined): Item => composite.mean(partialOf(a)) ?? refuse();
