import { hashName } from '../../reference/random.ts';
import { BYTE_MUTATORS, type Mutator } from './bytes.ts';
import { type Dice, dice, type Input, type Kind, type Reader, type Seed } from './input.ts';
import { jsonMutator, linesMutator } from './json.ts';
import { pickleMutator } from './pickle.ts';
import { protobufMutator } from './protobuf.ts';

const STRUCTURED: { readonly [kind in Kind]?: Mutator } = {
  json: jsonMutator,
  lines: linesMutator,
  protobuf: protobufMutator,
  pickle: pickleMutator,
};

/** Maximum size of an input: small inputs find faults sooner. */
const LARGEST = 4 * 2 ** 20;

function mutated(bytes: Uint8Array, kind: Kind, chance: Dice, other: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let i = chance.pick([1, 1, 1, 2, 3, 5]); i > 0; i--) {
    const structured = chance.chance(0.7) ? STRUCTURED[kind] : undefined;
    const next = (structured ?? chance.pick(BYTE_MUTATORS))(Buffer.from(changed), chance, other);
    if (next.length <= LARGEST) changed = next;
  }
  return changed;
}

/** Mutates one of the pieces of a seed, or the file built from them, or both. */
function vary(seed: Seed, other: Seed, chance: Dice): Input {
  const pieces = seed.pieces.map(({ bytes }) => bytes);
  const of = other.build(other.pieces.map(({ bytes }) => bytes)).main;
  const inside = chance.chance(0.7);
  if (inside) {
    // The first piece is the most important one.
    const at = chance.chance(0.7) ? 0 : chance.below(pieces.length);
    const piece = seed.pieces[at];
    if (piece) pieces[at] = mutated(piece.bytes, piece.kind, chance, of);
  }
  const { main, parts } = seed.build(pieces);
  const outside = !inside || chance.chance(0.1);
  return { main: outside ? mutated(main, 'bytes', chance, of) : main, parts };
}

/** The input of a number, the same for the same seed, reader and number. */
export function inputOf(reader: Reader, seed: number, number: number): Input {
  const chance = dice(hashName(`${seed}:${reader.id}:${number}`));
  return vary(chance.pick(reader.seeds), chance.pick(reader.seeds), chance);
}
