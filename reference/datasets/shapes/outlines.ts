import type { Colour } from './textures.ts';

/** Whether a point is inside a shape. Every shape fits a circle of radius 1.3 about the origin. */
export type Outline = (x: number, y: number) => boolean;

const { sqrt, abs, max } = Math;

/** Cosine and sine of 72° and 144°, by their square roots. */
const FIFTHS: readonly (readonly [cosine: number, sine: number])[] = [
  [1, 0],
  [(sqrt(5) - 1) / 4, sqrt(10 + 2 * sqrt(5)) / 4],
  [(-sqrt(5) - 1) / 4, sqrt(10 - 2 * sqrt(5)) / 4],
  [(-sqrt(5) - 1) / 4, -sqrt(10 - 2 * sqrt(5)) / 4],
  [(sqrt(5) - 1) / 4, -sqrt(10 + 2 * sqrt(5)) / 4],
];

/** Distance from the centre of a star to the lines through its points, for points at 1.2. */
const STAR = (1.2 * (sqrt(5) - 1)) / 4;

/** A point of a five-pointed star is on the inner side of at least four of the five lines that draw it. */
function star(x: number, y: number): boolean {
  let outside = 0;
  for (const [cosine, sine] of FIFTHS) if (cosine * x + sine * y > STAR) outside++;
  return outside <= 1;
}

function heart(x: number, y: number): boolean {
  const [u, v] = [1.15 * x, 1.15 * y - 0.1];
  const r = u * u + v * v - 1;
  return r * r * r < u * u * v * v * v;
}

/** A class: its name, its outline before it is placed, and the colour that it often has. */
type Kind = { readonly name: string; readonly inside: Outline; readonly colour: Colour };

/**
 * The classes of the set, in the order of their labels. Four of the colours are another class's with red and blue
 * exchanged, so that a network that gets BGR for RGB loses images.
 */
export const KINDS: readonly Kind[] = [
  { name: 'disc', inside: (x, y) => x * x + y * y < 0.81, colour: [0.95, 0.55, 0.1] },
  { name: 'square', inside: (x, y) => max(abs(x), abs(y)) < 0.8, colour: [0.1, 0.5, 0.95] },
  { name: 'triangle', inside: (x, y) => y > -0.6 && sqrt(3) * abs(x) + y < 1.2, colour: [0.15, 0.7, 0.25] },
  { name: 'ring', inside: (x, y) => x * x + y * y < 1 && x * x + y * y > 0.27, colour: [0.2, 0.15, 0.85] },
  {
    name: 'cross',
    inside: (x, y) => max(abs(x), abs(y)) < 1 && (abs(x) < 0.33 || abs(y) < 0.33),
    colour: [0.9, 0.9, 0.9],
  },
  { name: 'star', inside: star, colour: [0.95, 0.9, 0.2] },
  {
    name: 'crescent',
    inside: (x, y) => x * x + y * y < 1 && (x - 0.5) * (x - 0.5) + y * y > 0.64,
    colour: [0.2, 0.85, 0.95],
  },
  { name: 'hexagon', inside: (x, y) => abs(y) < 0.83 && sqrt(3) * abs(x) + abs(y) < 1.66, colour: [0.5, 0.2, 0.7] },
  { name: 'heart', inside: heart, colour: [0.85, 0.15, 0.2] },
  { name: 'bow tie', inside: (x, y) => abs(x) < 0.95 && abs(y) < 0.1 + 0.7 * abs(x), colour: [0.95, 0.4, 0.65] },
];
