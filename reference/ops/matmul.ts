import { createKernel, type Kernel, type Memory, type Rounding, TILE } from './kernel.ts';

// Goto and van de Geijn 2008 (ACM TOMS 34): a panel of a and one of b, TILE · BLOCK each, stay in the first-level cache
// and a block of b, COLUMNS · BLOCK, in the second; every element is packed once.
const BLOCK = 256;
const COLUMNS = 64;

/** Writes elements `start` to `start + steps` of the TILE lines from `line` on to memory[at], as [steps, TILE]. */
export type Pack = (line: number, start: number, steps: number, memory: Memory, at: number) => void;

/**
 * A matrix of `count` lines of length k, read in panels of TILE lines. What is packed beyond the last line does not
 * matter.
 */
export type Lines = { readonly count: number; readonly pack: Pack };

/** The operands of shift + a·bᵀ. `shift` has one value per line of a, or is undefined. `k` is the length of a line. */
export type Factors = {
  readonly a: Lines;
  readonly b: Lines;
  readonly k: number;
  readonly shift: ArrayLike<number> | undefined;
};

/** How sums are formed: their rounding, and the terms that are summed alone before they are added; undefined for all. */
export type Sums = { readonly rounding: Rounding; readonly block: number | undefined };

/** The sums of the truth. */
export const EXACT: Sums = { rounding: 'float64', block: BLOCK };

/** A product in the kernel's memory: element (i, j) is at i · pitch + j. Valid until the next product. */
export type Product = { readonly memory: Memory; readonly pitch: number };

const kernels = new Map<string, Kernel>();

/** The kernel of some sums, made once. */
function kernelOf({ rounding, block }: Sums): Kernel {
  const split = block !== undefined;
  const key = `${rounding} ${split}`;
  const known = kernels.get(key) ?? createKernel(rounding, split);
  kernels.set(key, known);
  return known;
}

const padded = (lines: number) => Math.ceil(lines / TILE) * TILE;

/** shift + a·bᵀ, with these sums. */
export function product({ a, b, k, shift }: Factors, sums: Sums): Product {
  const kernel = kernelOf(sums);
  const block = Math.min(sums.block ?? BLOCK, BLOCK);
  const pitch = padded(b.count);
  const startA = padded(a.count) * pitch;
  const startB = startA + padded(a.count) * block;
  const memory = kernel.memory(startB + COLUMNS * block);
  for (let row = 0; row < a.count; row++) memory.fill(shift?.[row] ?? 0, row * pitch, (row + 1) * pitch);
  for (let start = 0; start < k; start += block) {
    const steps = Math.min(block, k - start);
    for (let row = 0; row < a.count; row += TILE) a.pack(row, start, steps, memory, startA + row * steps);
    for (let first = 0; first < b.count; first += COLUMNS) {
      const width = Math.min(COLUMNS, pitch - first);
      for (let column = 0; column < width; column += TILE)
        b.pack(first + column, start, steps, memory, startB + column * steps);
      for (let row = 0; row < a.count; row += TILE)
        kernel.multiplyAdd(startA + row * steps, startB, steps, width / TILE, row * pitch + first, pitch);
    }
  }
  return { memory, pitch };
}
