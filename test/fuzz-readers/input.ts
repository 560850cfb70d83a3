import { random } from '../../reference/random.ts';

/** How a piece of a file is put together, which decides the mutators that know its structure. */
export type Kind = 'bytes' | 'text' | 'json' | 'lines' | 'protobuf' | 'pickle';
export type Piece = { readonly kind: Kind; readonly bytes: Uint8Array };

/** What a reader is given: its main file, and others by name. */
export type Input = { readonly main: Uint8Array; readonly parts: ReadonlyMap<string, Uint8Array> };

/** A small valid input in pieces, and how they are put together, so that lengths around a mutated piece stay right. */
export type Seed = { readonly pieces: readonly Piece[]; build(pieces: readonly Uint8Array[]): Input };

export type Reader = {
  readonly id: string;
  /** Its share of inputs, compared with other readers: less where an input takes long. */
  readonly share: number;
  /** Whether a user types it on a command line: then its errors repeat it, and are shortened where they are printed. */
  readonly typed: boolean;
  readonly seeds: readonly Seed[];
  /** Reads an input as a run would. It returns messages that a user would see; a thrown error is a refusal. */
  read(input: Input): readonly string[] | Promise<readonly string[]>;
};

/** How many inputs each reader gets, out of a total. */
export function shareOut(readers: readonly Reader[], inputs: number): { reader: string; from: number; to: number }[] {
  const total = readers.reduce((sum, { share }) => sum + share, 0);
  return readers.map(({ id, share }) => ({ reader: id, from: 0, to: Math.ceil((inputs * share) / total) }));
}

/** A single file. */
export const alone = (kind: Kind, bytes: Uint8Array): Seed => ({
  pieces: [{ kind, bytes }],
  build: ([main = new Uint8Array()]) => ({ main, parts: new Map() }),
});

/** A random number generator with a seed. */
export type Dice = {
  /** A whole number from 0 to below `count`. */
  below(count: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
};

/** Random choices that are the same for the same seed. */
export function dice(seed: number): Dice {
  const next = random(seed);
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[below(list.length)] as T;
    },
    chance: (probability) => next() < probability,
  };
}
