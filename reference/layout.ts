import { nchw } from './tensor.ts';

/**
 * Writes [n, outer, inner] as [n, inner, outer] into `into`: channels first to channels last with outer = C and
 * inner = H·W, and back with the two exchanged.
 */
export function swapInner<T extends { [index: number]: number }>(
  data: ArrayLike<number>,
  { n, outer, inner }: { readonly n: number; readonly outer: number; readonly inner: number },
  into: T,
): T {
  for (let image = 0, at = 0; image < n; image++)
    for (let i = 0; i < inner; i++)
      for (let o = 0; o < outer; o++) into[at++] = data[(image * outer + o) * inner + i] as number;
  return into;
}

/**
 * Converts an image from [N, H, W, C], as channels-last runtimes return it, to [N, C, H, W]. Other values stay
 * unchanged.
 */
export function channelsFirst(values: ArrayLike<number>, shape: readonly number[], last: boolean): ArrayLike<number> {
  if (!last || shape.length !== 4) return values;
  const [n, c, h, w] = nchw(shape);
  return swapInner(values, { n, outer: h * w, inner: c }, new Float32Array(values.length));
}
