import type { Lines } from './matmul.ts';

/** Positions of a panel's four lines, out of `count`. The last line is repeated where there are fewer. */
const panel = (line: number, count: number, position: (line: number) => number) =>
  [0, 1, 2, 3].map((i) => position(Math.min(line + i, count - 1))) as [number, number, number, number];

// Two loops that differ in one look-up only. One loop for both kinds of arrays takes V8 a third longer.

/** `count` lines of a matrix [lines, k], from `first` on. */
export const rows = (data: ArrayLike<number>, first: number, count: number, k: number): Lines => ({
  count,
  pack(line, start, steps, memory, at) {
    const [a, b, c, d] = panel(line, count, (row) => (first + row) * k + start);
    for (let i = 0, to = at; i < steps; i++, to += 4) {
      memory[to] = data[a + i] as number;
      memory[to + 1] = data[b + i] as number;
      memory[to + 2] = data[c + i] as number;
      memory[to + 3] = data[d + i] as number;
    }
  },
});

/** `count` windows into an image. The elements of a window are at `corner(line)` + `offsets`. */
export const windows = (
  data: Float64Array,
  count: number,
  corner: (line: number) => number,
  offsets: Int32Array,
): Lines => ({
  count,
  pack(line, start, steps, memory, at) {
    const [a, b, c, d] = panel(line, count, corner);
    for (let i = start, to = at; i < start + steps; i++, to += 4) {
      const offset = offsets[i] as number;
      memory[to] = data[a + offset] as number;
      memory[to + 1] = data[b + offset] as number;
      memory[to + 2] = data[c + offset] as number;
      memory[to + 3] = data[d + offset] as number;
    }
  },
});

/** Each line of a matrix [lines, k], with its elements in another order. */
export function reordered(weight: ArrayLike<number>, k: number, order: Int32Array): Float32Array {
  const out = new Float32Array(weight.length);
  for (let from = 0; from < out.length; from += k)
    for (let i = 0; i < k; i++) out[from + i] = weight[from + (order[i] as number)] as number;
  return out;
}
