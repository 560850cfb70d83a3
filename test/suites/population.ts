import { random } from '../../reference/random.ts';

/** How simulated times scatter. Spreads are standard deviations of logarithms. */
export type Noise = {
  /** Between rounds: lognormal. */
  readonly rounds: number;
  /** Within a round: lognormal, each sample correlated with the one before (AR(1)) by `correlation`. */
  readonly samples: number;
  readonly correlation: number;
  /** Share of rounds that are slow as a whole, by a factor of 1.1 to 1.6. */
  readonly slow: number;
  /** Share of samples with a spike on top, whose height is Pareto with this shape (infinite variance below 2). */
  readonly spikes: number;
  readonly shape: number;
};

/** Standard normals in pairs (Box and Muller 1958). */
function normals(next: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** One round of times, in time order, around 1. */
export function roundOf(noise: Noise, count: number, next: () => number, normal = normals(next)): number[] {
  const level = noise.rounds * normal() + (next() < noise.slow ? Math.log(1.1 + 0.5 * next()) : 0);
  const fresh = Math.sqrt(1 - noise.correlation ** 2);
  let state = normal();
  return Array.from({ length: count }, () => {
    const spike = next() < noise.spikes ? 1 + 0.2 * ((1 - next()) ** (-1 / noise.shape) - 1) : 1;
    const time = Math.exp(level + noise.samples * state) * spike;
    state = noise.correlation * state + fresh * normal();
    return time;
  });
}

/** Many rounds, from which trials draw: its own median is the population's, exactly. */
export function populationOf(noise: Noise, rounds: number, count: number, seed: number): number[][] {
  const next = random(seed);
  const normal = normals(next);
  return Array.from({ length: rounds }, () => roundOf(noise, count, next, normal));
}

/** `count` of the list, with replacement. */
export const drawn = <T>(list: readonly T[], count: number, next: () => number): T[] =>
  Array.from({ length: count }, () => list[Math.floor(next() * list.length)] as T);

const CALM: Noise = { rounds: 0.02, samples: 0.05, correlation: 0.6, slow: 0, spikes: 0, shape: 2 };

/** How machines scatter times, from calm to everything at once. */
export const NOISES: { readonly [name: string]: Noise } = {
  'lognormal rounds, correlated samples': CALM,
  'Pareto spikes': { ...CALM, spikes: 0.15, shape: 1.2 },
  'one round in ten slow': { ...CALM, slow: 0.1 },
  'all of these': { ...CALM, samples: 0.1, correlation: 0.8, slow: 0.1, spikes: 0.15, shape: 1.2 },
};
