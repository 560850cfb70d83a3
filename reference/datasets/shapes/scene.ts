import { random } from '../../random.ts';
import { KINDS, type Outline } from './outlines.ts';
import {
  type Colour,
  direction,
  distance,
  mixed,
  otherColour,
  type Random,
  type Texture,
  texture,
} from './textures.ts';

/** An outline somewhere in the picture, filled with a texture. */
type Thing = {
  readonly inside: Outline;
  readonly texture: Texture;
  readonly x: number;
  readonly y: number;
  /** Rotation, and half the width and height. */
  readonly turn: readonly [cosine: number, sine: number];
  readonly half: readonly [width: number, height: number];
};

/**
 * What a picture shows, without a size in pixels: x goes right and y down, and the square that every picture shows is
 * from −½ to ½. The background goes on beyond it.
 */
export type Scene = {
  readonly label: number;
  readonly background: Texture;
  /** The shape, and what lies over it, in this order. */
  readonly things: readonly Thing[];
  /** Brightness: 1 in the middle, and its slope. */
  readonly light: readonly [across: number, down: number];
  /** Largest change of a value by noise, and the noise's seed. */
  readonly noise: number;
  readonly noiseSeed: number;
};

/** How hard the set is. */
const CONTRAST = 0.4;
/** Smallest squared distance of the shape's colour from the background's. */
const APART = 0.25;
/** Share of the scenes whose shape has its class's own colour, where the background allows it. */
const OWN = 0.5;
const SMALLEST = 0.25;
const LARGEST = 0.38;

const between = (next: Random, from: number, to: number): number => from + (to - from) * next();

const bar: Outline = (x, y) => Math.abs(x) < 1 && Math.abs(y) < 1;
const blob: Outline = (x, y) => {
  const p = x * x + y * y;
  return p * p < x * x + 0.3 * y * y + 0.3 * x * y;
};

/** A bar or a blob that lies over a part of the shape. */
function cover(next: Random, shape: Thing, than: Colour): Thing {
  const [along, across] = direction(next);
  const size = shape.half[0];
  const away = between(next, 0.3, 1) * size;
  const isBar = next() < 0.6;
  const half: Thing['half'] = isBar
    ? [2, between(next, 0.1, 0.22) * size]
    : [between(next, 0.35, 0.55) * size, between(next, 0.35, 0.55) * size];
  return {
    inside: isBar ? bar : blob,
    texture: texture(next, otherColour(next, than, APART), CONTRAST),
    x: shape.x + away * along,
    y: shape.y + away * across,
    // A bar is at right angles to the way from the shape's centre, so that it never covers the centre by its length.
    turn: isBar ? [-across, along] : direction(next),
    half,
  };
}

/** The colour of a shape: in half of the scenes near its class's own, unless the background has that. */
function colourOf(next: Random, own: Colour, background: Colour): Colour {
  const any = otherColour(next, background, APART);
  const near = mixed(own, any, 0.3);
  return next() < OWN && distance(near, background) >= APART ? near : any;
}

/** The scene of a seed that shows a shape: a label is its place in KINDS. */
export function makeScene(seed: number, label: number): Scene {
  const next = random(seed);
  const kind = KINDS[label];
  if (kind === undefined) throw new RangeError(`no shape ${label} among ${KINDS.length}`);
  const base: Colour = [next(), next(), next()];
  const size = between(next, SMALLEST, LARGEST);
  const stretch = between(next, 0.85, 1.15);
  const colour = colourOf(next, kind.colour, base);
  const shape: Thing = {
    inside: kind.inside,
    texture: texture(next, colour, CONTRAST),
    x: between(next, -0.46, 0.46) * (1 - 2 * size),
    y: between(next, -0.46, 0.46) * (1 - 2 * size),
    turn: direction(next),
    half: [size * stretch, size / stretch],
  };
  const covers = Math.floor(next() * 3);
  const things = [shape, ...Array.from({ length: covers }, () => cover(next, shape, colour))];
  const [along, across] = direction(next);
  const slope = between(next, 0, 1);
  return {
    label,
    background: texture(next, base, CONTRAST),
    things,
    light: [along * slope, across * slope],
    noise: between(next, 0.02, 0.12),
    noiseSeed: Math.floor(next() * 2 ** 32),
  };
}
