import type { Partial, Value } from './values.ts';

/**
 * Layer normalisations and Gelus that a file expresses in simple operators. The intermediate steps, for a value x: `x`;
 * `erf`, erf(x/√2); `1+erf`; `mean`, over x's channels; `centred`, x − mean; `variance`; `spread`, variance plus an
 * epsilon; `deviation` and `inverse`, its root and one over that.
 */
export type Word = 'x' | 'erf' | '1+erf' | 'mean' | 'centred' | 'variance' | 'spread' | 'deviation' | 'inverse';

/** Whether a float32 constant is close enough to the number that it represents. */
const isAbout = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 1e-6;

/** A value as a product of one factor. */
export const single = (of: Value): Partial => ({
  kind: 'partial',
  of,
  scale: 1,
  factors: ['x'],
  epsilon: 0,
  weight: undefined,
});

const is = ({ factors, scale, weight }: Partial, ...words: Word[]): boolean =>
  isAbout(scale, 1) && weight === undefined && `${factors}` === `${words}`;

const become = (p: Partial, word: Word): Partial => ({ ...p, scale: 1, factors: [word] });

/** erf of a product; undefined where it is not a step of a Gelu. */
export function erf(p: Partial): Partial | undefined {
  return `${p.factors}` === 'x' && isAbout(p.scale, Math.SQRT1_2) ? become(p, 'erf') : undefined;
}

/** The mean over channels. */
export function mean(p: Partial): Partial | undefined {
  if (is(p, 'x')) return become(p, 'mean');
  return is(p, 'centred', 'centred') ? become(p, 'variance') : undefined;
}

/** The square root, or one over it. */
export function root(p: Partial, inverse: boolean): Partial | undefined {
  return is(p, 'spread') ? become(p, inverse ? 'inverse' : 'deviation') : undefined;
}

/** A product plus a number. */
export function plusNumber(p: Partial, value: number): Partial | undefined {
  if (is(p, 'erf') && isAbout(value, 1)) return become(p, '1+erf');
  return is(p, 'variance') && value > 0 ? { ...become(p, 'spread'), epsilon: value } : undefined;
}

/** A value minus its mean. */
export function minus(p: Partial, q: Partial): Partial | undefined {
  return p.of.node === q.of.node && is(p, 'x') && is(q, 'mean') ? become(p, 'centred') : undefined;
}

/** The product of two products of one value. At most two factors, as in every supported pattern. */
export function times(p: Partial, q: Partial): Partial | undefined {
  if (p.of.node !== q.of.node || p.weight !== undefined || q.weight !== undefined) return undefined;
  if (p.factors.length + q.factors.length > 2) return undefined;
  const factors = [...p.factors, ...q.factors].sort();
  return { ...p, scale: p.scale * q.scale, factors, epsilon: p.epsilon || q.epsilon };
}

/** A product divided by the standard deviation. */
export function over(p: Partial, q: Partial): Partial | undefined {
  return is(q, 'deviation') ? times(p, become(q, 'inverse')) : undefined;
}

export const isGelu = ({ factors, scale, weight }: Partial): boolean =>
  weight === undefined && isAbout(scale, 0.5) && `${factors}` === '1+erf,x';

/** Whether only weight and bias are missing for a layer normalisation. */
export const isNormalised = (p: Partial): boolean => is({ ...p, weight: undefined }, 'centred', 'inverse');
