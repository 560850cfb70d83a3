import { createKernel, type Kernel, TILE } from './kernel.ts';

// Blocks of the inner dimension, so that what the kernel reads stays in the first-level cache: a panel of rows and one
// of columns are 2 × 4 × 256 × 8 bytes. (Goto and van de Geijn 2008, ACM TOMS 34, do the same.)
const BLOCK = 256;

let shared: Kernel | undefined;

/** A product a·bᵀ in the kernel's memory: `a` has `rows` lines, `b` up to `columns`, all of length k. */
export type Product = {
  /** Where line i's element j of `a` (or `b`) is in `memory`: panels of TILE lines, each stored as [k, TILE]. */
  readonly memory: Float64Array;
  a(line: number): number;
  b(line: number): number;
  /** Empties `b`. */
  clear(): void;
  /** Adds element (i, j) of the product, for the first `lines` of `b`, to c[offset + i·pitch + j]. */
  addTo(c: Float64Array, offset: number, pitch: number, lines: number): void;
};

const padded = (lines: number) => Math.ceil(lines / TILE) * TILE;

/** Position of a line's first element in panels that start at `start`; the next elements are TILE apart. */
const lineAt = (start: number, line: number, k: number) => start + (line - (line % TILE)) * k + (line % TILE);

/** Makes room for a product, which is valid until the next one is made. All lines are zero. */
export function product(rows: number, columns: number, k: number): Product {
  shared ??= createKernel();
  const kernel = shared;
  const startA = TILE * TILE;
  const startB = startA + padded(rows) * k;
  const length = startB + padded(columns) * k;
  const memory = kernel.memory(length);
  memory.fill(0, 0, length);
  return {
    memory,
    a: (line) => lineAt(startA, line, k),
    b: (line) => lineAt(startB, line, k),
    clear: () => void memory.fill(0, startB, length),
    addTo(c, offset, pitch, lines) {
      for (let start = 0; start < k; start += BLOCK) {
        const steps = Math.min(BLOCK, k - start);
        for (let row = 0; row < rows; row += TILE)
          for (let column = 0; column < lines; column += TILE) {
            kernel.multiply(startA + row * k + start * TILE, startB + column * k + start * TILE, steps, 0);
            const height = Math.min(TILE, rows - row);
            const width = Math.min(TILE, lines - column);
            for (let r = 0; r < height; r++) {
              const line = offset + (row + r) * pitch + column;
              for (let s = 0; s < width; s++) c[line + s] = (c[line + s] as number) + (memory[r * TILE + s] as number);
            }
          }
      }
    },
  };
}

export { TILE };
