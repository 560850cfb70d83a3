import { hashName, random } from '../../reference/random.ts';

/** Draws that follow from a seed. */
export type Dice = {
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** One of the keys, by their weights. */
  weighted<K extends string>(weights: { readonly [key in K]: number }): K;
};

export function dice(seed: string): Dice {
  const next = random(hashName(seed));
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    chance: (share) => next() < share,
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
    weighted<K extends string>(weights: { readonly [key in K]: number }) {
      const entries = Object.entries(weights) as [K, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      return (entries.at(-1) as [K, number])[0];
    },
  };
}
