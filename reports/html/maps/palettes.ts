import * as Plot from '@observablehq/plot';
import { LEVELS } from './levels.ts';

/** Red, green and blue of a level, 0 to 255. */
export type Palette256 = readonly (readonly [number, number, number])[];

/** Of a CSS colour as Plot writes it. */
function channelsOf(color: string): [number, number, number] {
  const hex = color
    .match(/^#(..)(..)(..)$/)
    ?.slice(1)
    .map((part) => Number.parseInt(part, 16));
  const [red = 0, green = 0, blue = 0] = hex ?? (color.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** Beyond the scale: darker and lighter than all of it; grey for what is no number. A page names them in words too. */
const BELOW = [0, 0, 0] as const;
const ABOVE = [255, 255, 255] as const;
const NOT_A_NUMBER = [136, 136, 136] as const;
const YELLOW = [255, 230, 0] as const;

function paletteOf(
  scheme: 'viridis' | 'PuOr',
  [below, above]: readonly [Palette256[number], Palette256[number]],
): Palette256 {
  const { apply } = Plot.scale({ color: { type: 'linear', domain: [0, LEVELS.top], scheme } });
  const colors = Array.from({ length: LEVELS.top + 1 }, (_, level) => channelsOf(apply(level)));
  return [...colors, below, above, NOT_A_NUMBER];
}

/** Values: from dark to light, of even steps for readers who see no hues (matplotlib's viridis). */
export const VALUES = paletteOf('viridis', [BELOW, ABOVE]);

/** Differences: violet below 0, orange above, white at 0 (ColorBrewer's PuOr, safe for colour-blind readers). */
export const DIFFERENCES = paletteOf('PuOr', [YELLOW, YELLOW]);

/** A palette's colour as CSS. */
export const cssOf = (palette: Palette256, level: number): string => `rgb(${(palette[level] ?? BELOW).join(' ')})`;
