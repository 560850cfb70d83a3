import { nchw, type Shape, type Tensor, zeros } from '../tensor.ts';
import type { Filters } from './convolve.ts';
import type { Operands } from './dot.ts';
import { EXACT, product, type Sums } from './matmul.ts';
import { rows } from './pack.ts';

/** Side of the output tile of Winograd's convolution F(m×m, 3×3). */
export type Tile = 2 | 4;

/** Whether runtimes may compute a convolution by Winograd's algorithm: 3×3, stride 1. */
export const allowsWinograd = ({ kernel, strides }: Filters): boolean =>
  kernel[0] === 3 && kernel[1] === 3 && strides[0] === 1 && strides[1] === 1;

type Matrix = readonly (readonly number[])[];

/**
 * The transforms of y = Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A (Lavin and Gray 2016, arXiv:1509.09308, sections 4.1 to 4.3), each as
 * the matrix that is applied from the left.
 */
const TRANSFORMS: {
  readonly [T in Tile]: { readonly input: Matrix; readonly filter: Matrix; readonly output: Matrix };
} = {
  2: {
    input: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, 1, 0, -1],
    ],
    filter: [
      [1, 0, 0],
      [1 / 2, 1 / 2, 1 / 2],
      [1 / 2, -1 / 2, 1 / 2],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 0],
      [0, 1, -1, -1],
    ],
  },
  4: {
    input: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    filter: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
};

/** How transforms are computed: in float32 with every operation rounded, or the sum of magnitudes in float64. */
type Mode = 'float32' | 'magnitudes';

/** Computes M·X·Mᵀ of X [side, side], whose rows begin at `at` and are `pitch` apart, into `to`, [rows, rows]. */
type Sandwich = (x: ArrayLike<number>, at: number, pitch: number, to: Float64Array) => void;

function sandwich(matrix: Matrix, mode: Mode): Sandwich {
  const side = matrix[0]?.length ?? 0;
  const height = matrix.length;
  const taps = matrix.flatMap((row, r) => row.flatMap((value, column) => (value === 0 ? [] : [{ r, column, value }])));
  const start = Int32Array.from({ length: height + 1 }, (_, r) => taps.filter((one) => one.r < r).length);
  const column = Int32Array.from(taps, (one) => one.column);
  const factor = Float64Array.from(taps, ({ value }) => (mode === 'float32' ? Math.fround(value) : Math.abs(value)));
  const half = new Float64Array(height * side);
  const rounds = mode === 'float32';
  /** One row of the matrix times a line of values `step` apart. */
  const dot = (row: number, x: ArrayLike<number>, at: number, step: number): number => {
    let sum = 0;
    for (let i = start[row] as number; i < (start[row + 1] as number); i++) {
      const term = (factor[i] as number) * (x[at + (column[i] as number) * step] as number);
      sum = rounds ? Math.fround(sum + Math.fround(term)) : sum + term;
    }
    return sum;
  };
  return (x, at, pitch, to) => {
    for (let row = 0; row < height; row++)
      for (let i = 0; i < side; i++) half[row * side + i] = dot(row, x, at + i, pitch);
    for (let row = 0; row < height; row++)
      for (let i = 0; i < height; i++) to[row * height + i] = dot(i, half, row * side, 1);
  };
}

/** Filters transformed together, so that each place's are written in a row. */
const TOGETHER = 256;

/** Transformed filters, [n², O, C/group]. */
function filtersOf(weight: ArrayLike<number>, tile: Tile, mode: Mode): ArrayLike<number> {
  const places = (tile + 2) ** 2;
  const pairs = weight.length / 9;
  const out = mode === 'float32' ? new Float32Array(places * pairs) : new Float64Array(places * pairs);
  const apply = sandwich(TRANSFORMS[tile].filter, mode);
  const one = new Float64Array(places);
  const some = new Float64Array(places * TOGETHER);
  for (let first = 0; first < pairs; first += TOGETHER) {
    const count = Math.min(TOGETHER, pairs - first);
    for (let pair = 0; pair < count; pair++) {
      apply(weight, 9 * (first + pair), 3, one);
      for (let i = 0; i < places; i++) some[i * TOGETHER + pair] = one[i] as number;
    }
    for (let i = 0; i < places; i++) out.set(some.subarray(i * TOGETHER, i * TOGETHER + count), i * pairs + first);
  }
  return out;
}

/**
 * A 3×3 convolution of stride 1 by Winograd's algorithm in tiles of `tile`×`tile` outputs, without its bias. Shapes are
 * convolve's. `float32`: every operation is rounded. `magnitudes`: |Aᵀ|[(|G||g||Gᵀ|) ⊙ (|Bᵀ||d||B|)]|A| in float64, which
 * bounds the errors (see conv.ts).
 */
export function winograd(
  { x, weight }: Operands,
  { group, pads }: Filters,
  shape: Shape,
  { tile, mode, sums }: { readonly tile: Tile; readonly mode: Mode; readonly sums: Sums },
): Tensor {
  const [n, c, h, w] = nchw(x.shape);
  const [, o, oh, ow] = nchw(shape);
  const [side, places] = [tile + 2, (tile + 2) ** 2];
  const [down, across] = [Math.ceil(oh / tile), Math.ceil(ow / tile)];
  const tiles = n * down * across;
  const [channels, m] = [c / group, o / group];
  const filters = filtersOf(weight, tile, mode);
  const toInput = sandwich(TRANSFORMS[tile].input, mode);
  const toOutput = sandwich(TRANSFORMS[tile].output, mode);
  const patch = new Float64Array(places);
  const spectrum = new Float64Array(places);
  const result = new Float64Array(tile * tile);
  const out = zeros(shape);
  for (let part = 0; part < group; part++) {
    const inputs = new Float64Array(places * tiles * channels);
    for (let at = 0; at < tiles; at++)
      for (let channel = 0; channel < channels; channel++) {
        const [image, ty, tx] = [Math.floor(at / (down * across)), Math.floor(at / across) % down, at % across];
        const plane = (image * c + part * channels + channel) * h;
        for (let i = 0; i < places; i++) {
          const y = ty * tile - pads[0] + Math.floor(i / side);
          const column = tx * tile - pads[1] + (i % side);
          const inside = y >= 0 && y < h && column >= 0 && column < w;
          patch[i] = inside ? (x.data[(plane + y) * w + column] as number) : 0;
        }
        toInput(patch, 0, side, spectrum);
        for (let i = 0; i < places; i++) inputs[(i * tiles + at) * channels + channel] = spectrum[i] as number;
      }
    // [n², m, tiles]
    const products = new Float64Array(places * m * tiles);
    for (let i = 0; i < places; i++) {
      const a = rows(filters, i * o + part * m, m, channels);
      const b = rows(inputs, i * tiles, tiles, channels);
      const { memory, pitch } = product({ a, b, k: channels, shift: undefined }, mode === 'float32' ? sums : EXACT);
      for (let row = 0; row < m; row++)
        products.set(memory.subarray(row * pitch, row * pitch + tiles), (i * m + row) * tiles);
    }
    for (let row = 0; row < m; row++)
      for (let at = 0; at < tiles; at++) {
        for (let i = 0; i < places; i++) patch[i] = products[(i * m + row) * tiles + at] as number;
        toOutput(patch, 0, side, result);
        const [image, ty, tx] = [Math.floor(at / (down * across)), Math.floor(at / across) % down, at % across];
        const plane = (image * o + part * m + row) * oh;
        for (let i = 0; i < tile * tile; i++) {
          const [y, column] = [ty * tile + Math.floor(i / tile), tx * tile + (i % tile)];
          if (y < oh && column < ow) out.data[(plane + y) * ow + column] = result[i] as number;
        }
      }
  }
  return out;
}

/** Roundings on any path through Winograd's algorithm, besides the sum over channels. */
export const winogradRoundings = (tile: Tile): number => 2 * (tile + 3) + 2 * 4 + 2 * (tile + 3) + 2;
