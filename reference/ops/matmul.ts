import { createKernel, type Kernel, TILE } from './kernel.ts';

// Goto and van de Geijn 2008 (ACM TOMS 34): a panel of a and one of b, TILE · BLOCK each, stay in the first-level cache
// and a block of b, COLUMNS · BLOCK, in the second; every element is packed once.
const BLOCK = 256;
const COLUMNS = 64;

/** Writes elements `start` to `start + steps` of the TILE lines from `line` on to memory[at], as [steps, TILE]. */
export type Pack = (line: number, start: number, steps: number, memory: Float64Array, at: number) => void;

/**
 * A matrix of `count` lines of length k, read in panels of TILE lines. What is packed beyond the last line does not
 * matter.
 */
export type Lines = { readonly count: number; readonly pack: Pack };

/** A product in the kernel's memory: element (i, j) is at i · pitch + j. Valid until the next product. */
export type Product = { readonly memory: Float64Array; readonly pitch: number };

let shared: Kernel | undefined;

const padded = (lines: number) => Math.ceil(lines / TILE) * TILE;

/** shift + a·bᵀ in float64. `shift` has one value per line of a, or is undefined. */
export function product(a: Lines, b: Lines, k: number, shift: ArrayLike<number> | undefined): Product {
  shared ??= createKernel();
  const kernel = shared;
  const pitch = padded(b.count);
  const startA = padded(a.count) * pitch;
  const startB = startA + padded(a.count) * BLOCK;
  const memory = kernel.memory(startB + COLUMNS * BLOCK);
  for (let row = 0; row < a.count; row++) memory.fill(shift?.[row] ?? 0, row * pitch, (row + 1) * pitch);
  for (let start = 0; start < k; start += BLOCK) {
    const steps = Math.min(BLOCK, k - start);
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
