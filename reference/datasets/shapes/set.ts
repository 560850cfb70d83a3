import { shuffled } from '../../random.ts';
import { KINDS } from './outlines.ts';
import { render } from './render.ts';
import { makeScene, type Scene } from './scene.ts';

/** Pixels a side of the set's images. */
const SIDE = 32;

/** Where each split's seeds begin: images of two splits never share one, as long as there are fewer than 2³⁰. */
const FIRST_SEED = { test: 0, train: 2 ** 31 } as const;
/** Added to the seed of the order of labels, so that it is no image's. */
const ORDER = 2 ** 30;

export type Split = keyof typeof FIRST_SEED;

/** The label of an image. Each ten images, from the first on, show all ten classes, in an order of their own. */
function labelOf(split: Split, index: number): number {
  const classes = KINDS.length;
  const labels = KINDS.map((_, label) => label);
  const order = shuffled(labels, FIRST_SEED[split] + ORDER + Math.floor(index / classes));
  return order[index % classes] as number;
}

/** Image `index` of a split, before it has a size. */
export const sceneOf = (split: Split, index: number): Scene =>
  makeScene(FIRST_SEED[split] + index, labelOf(split, index));

/** Images of a split in CIFAR's binary layout: per image its label, then 3×32×32 bytes, planar RGB. */
export function renderSet(split: Split, first: number, count: number): Uint8Array {
  const record = 1 + 3 * SIDE * SIDE;
  const bytes = new Uint8Array(count * record);
  for (let i = 0; i < count; i++) {
    const scene = sceneOf(split, first + i);
    bytes[i * record] = scene.label;
    bytes.set(render(scene, SIDE, SIDE), i * record + 1);
  }
  return bytes;
}
