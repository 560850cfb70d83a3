/** Red, green and blue, each from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A uniform number in [0, 1). */
export type Random = () => number;

/** The share of a texture's second colour at a point, from 0 to 1. */
type Pattern = (x: number, y: number) => number;

export type Texture = { readonly colours: readonly [Colour, Colour]; readonly pattern: Pattern };

const { floor, imul } = Math;

/** A number in [0, 1) for a cell of a lattice: an integer hash, so that every engine gives the same. */
export function lattice(seed: number, i: number, j: number): number {
  let h = imul(seed ^ imul(i, 0x27d4eb2d), 0x85ebca6b) ^ imul(j, 0x165667b1);
  h = imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = imul(h ^ (h >>> 13), 0x297a2d39);
  return ((h ^ (h >>> 16)) >>> 8) * 2 ** -24;
}

const between = (random: Random, from: number, to: number): number => from + (to - from) * random();

/** A number from its tangent of half an angle: every direction of the plane is (1 − t²)/(1 + t²), 2t/(1 + t²). */
export function direction(random: Random): readonly [cosine: number, sine: number] {
  const t = 2 * random() - 1;
  const [cosine, sine] = [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)];
  // |t| ≤ 1 gives the right half of the circle.
  return random() < 0.5 ? [cosine, sine] : [-cosine, -sine];
}

/** Smooth from 0 to 1, with zero slope at both ends (a cubic). */
const smooth = (t: number): number => t * t * (3 - 2 * t);

/** Random values at whole numbers, and a smooth surface between them. */
function clouds(random: Random): Pattern {
  const seed = floor(random() * 2 ** 32);
  const scale = between(random, 3, 9);
  return (x, y) => {
    const [u, v] = [x * scale, y * scale];
    const [i, j] = [floor(u), floor(v)];
    const [s, t] = [smooth(u - i), smooth(v - j)];
    const top = lattice(seed, i, j) * (1 - s) + lattice(seed, i + 1, j) * s;
    const bottom = lattice(seed, i, j + 1) * (1 - s) + lattice(seed, i + 1, j + 1) * s;
    return top * (1 - t) + bottom * t;
  };
}

function stripes(random: Random): Pattern {
  const [cosine, sine] = direction(random);
  const [scale, share, at] = [between(random, 3, 9), between(random, 0.3, 0.7), random()];
  return (x, y) => {
    const u = (cosine * x + sine * y) * scale + at;
    return u - floor(u) < share ? 1 : 0;
  };
}

function checks(random: Random): Pattern {
  const [cosine, sine] = direction(random);
  const scale = between(random, 3, 8);
  return (x, y) => {
    const [u, v] = [(cosine * x + sine * y) * scale, (cosine * y - sine * x) * scale];
    return (floor(u) + floor(v)) & 1;
  };
}

function dots(random: Random): Pattern {
  const [cosine, sine] = direction(random);
  const [scale, radius] = [between(random, 3, 8), between(random, 0.2, 0.42)];
  return (x, y) => {
    const [u, v] = [(cosine * x + sine * y) * scale, (cosine * y - sine * x) * scale];
    const [p, q] = [u - floor(u) - 0.5, v - floor(v) - 0.5];
    return p * p + q * q < radius * radius ? 1 : 0;
  };
}

/** From one colour to the other across the picture. */
function ramp(random: Random): Pattern {
  const [cosine, sine] = direction(random);
  return (x, y) => {
    const t = 0.5 + 0.7 * (cosine * x + sine * y);
    return t < 0 ? 0 : t > 1 ? 1 : smooth(t);
  };
}

const PATTERNS: readonly ((random: Random) => Pattern)[] = [clouds, stripes, checks, dots, ramp];

const colour = (random: Random): Colour => [random(), random(), random()];

/** A colour between two. */
export const mixed = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

/** Squared distance of two colours. */
export function distance(one: Colour, other: Colour): number {
  const [r, g, b] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
  return r * r + g * g + b * b;
}

/** A texture of two colours; `contrast`, from 0 to 1, is how far the second is from the first. */
export function texture(random: Random, base: Colour, contrast: number): Texture {
  const pattern = PATTERNS[floor(random() * PATTERNS.length)] as (typeof PATTERNS)[number];
  return { colours: [base, mixed(base, colour(random), contrast)], pattern: pattern(random) };
}

/** A colour whose squared distance from another is at least `apart`. */
export function otherColour(random: Random, than: Colour, apart: number): Colour {
  for (;;) {
    const one = colour(random);
    if (distance(one, than) >= apart) return one;
  }
}
