/** Rows and columns that one pass of the inner loop holds in registers. */
export const TILE = 4;

/** Rows of `a` [m, k] in panels of TILE, so that the inner loop reads them in order; missing rows are zero. */
export function packRows(a: ArrayLike<number>, offset: number, m: number, k: number): Float64Array {
  const panels = Math.ceil(m / TILE);
  const packed = new Float64Array(panels * k * TILE);
  for (let row = 0; row < m; row++) {
    let at = Math.floor(row / TILE) * k * TILE + (row % TILE);
    const start = offset + row * k;
    for (let i = 0; i < k; i++, at += TILE) packed[at] = a[start + i] ?? 0;
  }
  return packed;
}

/**
 * c [m, n] at `offset`, with row pitch `pitch`, gets a·b: `a` packed by packRows, `b` one panel of at most TILE
 * columns packed as [k, TILE]. `column` is the panel's first column.
 */
export function multiplyPanel(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  shape: { m: number; k: number; columns: number },
  offset: number,
  pitch: number,
  column: number,
): void {
  const { m, k, columns } = shape;
  const sums = new Float64Array(TILE * TILE);
  for (let row = 0; row < m; row += TILE) {
    let s00 = 0,
      s01 = 0,
      s02 = 0,
      s03 = 0,
      s10 = 0,
      s11 = 0,
      s12 = 0,
      s13 = 0;
    let s20 = 0,
      s21 = 0,
      s22 = 0,
      s23 = 0,
      s30 = 0,
      s31 = 0,
      s32 = 0,
      s33 = 0;
    let at = row * k;
    const end = k * TILE;
    for (let i = 0; i < end; i += TILE, at += TILE) {
      const a0 = a[at] as number,
        a1 = a[at + 1] as number,
        a2 = a[at + 2] as number,
        a3 = a[at + 3] as number;
      const b0 = b[i] as number,
        b1 = b[i + 1] as number,
        b2 = b[i + 2] as number,
        b3 = b[i + 3] as number;
      s00 += a0 * b0;
      s01 += a0 * b1;
      s02 += a0 * b2;
      s03 += a0 * b3;
      s10 += a1 * b0;
      s11 += a1 * b1;
      s12 += a1 * b2;
      s13 += a1 * b3;
      s20 += a2 * b0;
      s21 += a2 * b1;
      s22 += a2 * b2;
      s23 += a2 * b3;
      s30 += a3 * b0;
      s31 += a3 * b1;
      s32 += a3 * b2;
      s33 += a3 * b3;
    }
    sums[0] = s00;
    sums[1] = s01;
    sums[2] = s02;
    sums[3] = s03;
    sums[4] = s10;
    sums[5] = s11;
    sums[6] = s12;
    sums[7] = s13;
    sums[8] = s20;
    sums[9] = s21;
    sums[10] = s22;
    sums[11] = s23;
    sums[12] = s30;
    sums[13] = s31;
    sums[14] = s32;
    sums[15] = s33;
    for (let r = 0; r < TILE && row + r < m; r++)
      for (let s = 0; s < columns; s++) c[offset + (row + r) * pitch + column + s] = sums[r * TILE + s] as number;
  }
}
