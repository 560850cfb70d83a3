import type { Shape } from '../tensor.ts';
import type { Parameter } from './operator.ts';

/** A factor of about 1 per channel, such as a normalisation's weight. */
export const gain = (suffix: string, shape: Shape): Parameter => ({
  suffix,
  shape,
  trained: true,
  seeded: { centre: 1, halfWidth: 0.25, branch: true },
});

/** A value added per channel. */
export const bias = (channels: number): Parameter => ({
  suffix: 'bias',
  shape: [channels],
  trained: true,
  seeded: { centre: 0, halfWidth: 0.125, branch: false },
});

/** The weight of a layer of dot products, with mean 0. */
export const weight = (shape: Shape, halfWidth: number, branch: boolean): Parameter => ({
  suffix: 'weight',
  shape,
  trained: true,
  seeded: { centre: 0, halfWidth, branch },
});
