import { mcnemarP } from './mcnemar.ts';

/** Two classifications of the same images. Numbers are positions among these images. */
export type Paired = {
  readonly images: number;
  /** Images that only the second classifies right, and only the first. */
  readonly gained: readonly number[];
  readonly lost: readonly number[];
  /** Images with two different classes that are both not right. */
  readonly otherwise: readonly number[];
  /** McNemar's exact test of `gained` against `lost`, two-sided. */
  readonly p: number;
};

/** Compares two classifications image by image. Throws RangeError where they are not of equally many images. */
export function paired(first: ArrayLike<number>, second: ArrayLike<number>, labels: ArrayLike<number>): Paired {
  const images = labels.length;
  if (first.length !== images || second.length !== images)
    throw new RangeError(`${first.length} and ${second.length} classes of ${images} images`);
  const gained: number[] = [];
  const lost: number[] = [];
  const otherwise: number[] = [];
  for (let i = 0; i < images; i++) {
    const [a, b, label] = [first[i], second[i], labels[i]];
    if (a === b) continue;
    (b === label ? gained : a === label ? lost : otherwise).push(i);
  }
  return { images, gained, lost, otherwise, p: mcnemarP(gained.length, lost.length) };
}

/** Positions of all images whose class differs, in order. */
export const differingOf = ({ gained, lost, otherwise }: Paired): number[] =>
  [...gained, ...lost, ...otherwise].sort((a, b) => a - b);
