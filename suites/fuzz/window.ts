import type { Pads, Pair } from '../../reference/graph.ts';
import type { AutoPad } from '../../reference/ops/window.ts';
import type { Dice } from './dice.ts';

/** Shares of a kernel's sides. None is above three times the mean of seven. */
const SIDES = { 1: 20, 2: 13, 3: 28, 4: 10, 5: 13, 6: 7, 7: 9 } as const;

const side = (d: Dice): number => Number(d.weighted(SIDES));

/** A kernel, most often square. */
function kernelOf(d: Dice): Pair {
  const height = side(d);
  return [height, d.chance(0.75) ? height : side(d)];
}

function stridesOf(d: Dice): Pair {
  const height = Number(d.weighted({ 1: 60, 2: 28, 3: 12 }));
  return [height, d.chance(0.85) ? height : d.whole(1, 3)];
}

const AUTO: readonly [AutoPad, ...AutoPad[]] = ['SAME_UPPER', 'SAME_UPPER', 'SAME_LOWER', 'SAME_LOWER', 'VALID'];

/** A window of any kernel, stride and padding. A side's padding is at most `beyond` more than its kernel's side less one. */
export function windowOf(d: Dice, beyond: number) {
  const kernel = kernelOf(d);
  const most = (i: 0 | 1) => kernel[i] - 1 + beyond;
  const style = d.weighted({ centred: 35, none: 20, uneven: 20, auto: 25 });
  const padsFor: { readonly [K in Exclude<typeof style, 'auto'>]: () => Pads } = {
    none: () => [0, 0, 0, 0],
    centred: () => centred(kernel),
    uneven: () => [d.whole(0, most(0)), d.whole(0, most(1)), d.whole(0, most(0)), d.whole(0, most(1))],
  };
  const window = { kernel, strides: stridesOf(d) };
  // Resolved when the image's size is known.
  if (style === 'auto') return { ...window, pads: padsFor.none(), autoPad: d.pick(AUTO) };
  return { ...window, pads: padsFor[style]() };
}

/** Padding that keeps the size at stride 1 where the kernel's sides are odd; else one row or column less. */
const centred = ([height, width]: Pair): Pads => {
  const [y, x] = [Math.floor((height - 1) / 2), Math.floor((width - 1) / 2)];
  return [y, x, y, x];
};

/** A window that keeps the size of any image: what a residual branch needs. */
export function keeping(d: Dice) {
  const [height, width] = kernelOf(d);
  const [y, x] = [height - 1, width - 1];
  const pads: Pads = [Math.floor(y / 2), Math.floor(x / 2), Math.ceil(y / 2), Math.ceil(x / 2)];
  const strides: Pair = [1, 1];
  return { kernel: [height, width] as Pair, strides, pads };
}
