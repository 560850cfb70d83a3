/**
 * Writes [n, outer, inner] as [n, inner, outer] into `into`: channels first to channels last with outer = C and
 * inner = H·W, and back with the two exchanged.
 */
export function swapInner<T extends { [index: number]: number }>(
  data: ArrayLike<number>,
  n: number,
  outer: number,
  inner: number,
  into: T,
): T {
  for (let image = 0, at = 0; image < n; image++)
    for (let i = 0; i < inner; i++)
      for (let o = 0; o < outer; o++) into[at++] = data[(image * outer + o) * inner + i] as number;
  return into;
}
