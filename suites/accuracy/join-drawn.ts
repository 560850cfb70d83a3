import type { DrawnImages } from './schema.ts';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Joins what several parts of a set say of drawn images; undefined where none does. A way counts where all parts have it. */
export function joinDrawn(parts: readonly DrawnImages[]): DrawnImages | undefined {
  const [one, ...others] = parts;
  if (one === undefined || others.length === 0) return one;
  const images = sum(parts.map((part) => part.images));
  const failed = parts.flatMap((part) => part.failed ?? []);
  const ways = one.ways.flatMap(({ way }) => {
    const all = parts.flatMap((part) => {
      const found = part.ways.find((other) => other.way === way);
      return found === undefined ? [] : [{ ...found, images: part.images }];
    });
    if (all.length < parts.length) return [];
    return {
      way,
      right: sum(all.map(({ right }) => right)),
      lost: sum(all.map(({ lost }) => lost)),
      gained: sum(all.map(({ gained }) => gained)),
      largest: Math.max(...all.map(({ largest }) => largest)),
      mean: sum(all.map((part) => part.mean * part.images)) / images,
      differs: all.flatMap(({ differs }) => differs).sort((a, b) => a.image - b.image),
    };
  });
  return {
    images,
    right: sum(parts.map(({ right }) => right)),
    ...(failed.length === 0
      ? {}
      : { failed: { count: sum(failed.map(({ count }) => count)), first: failed.flatMap(({ first }) => first) } }),
    ways,
  };
}
