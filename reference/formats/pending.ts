import type { Builder } from './builder.ts';
import type { Floats, Pending, Value } from './values.ts';

/** A convolution or product whose bias may still be folded in from a following Add. `add` adds its node. */
export function pending(
  net: Builder,
  name: string,
  { shape, last }: { readonly shape: readonly number[]; readonly last: boolean },
  add: (name: string, bias?: Floats, place?: number) => Value,
): Pending {
  const place = net.place();
  let known: Value | undefined;
  return {
    kind: 'pending',
    shape,
    last,
    plain() {
      known ??= add(name, undefined, place);
      return known;
    },
    biased: (value, bias) => add(value, bias),
  };
}
