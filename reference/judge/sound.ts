import type { Truth } from './bounds.ts';

function count(values: ArrayLike<number>, is: (value: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) if (is(values[i] as number)) found++;
  return found;
}

/**
 * Why no output can be judged by a network's truth, as text; undefined where outputs can. With finite weights and
 * inputs the truth is finite, unless float64 itself overflows: then a NaN would agree with a NaN. Values beyond
 * float32's range are sound, and an infinite bound allows nothing (see judge).
 */
export function whyUnsound({ value, allowed, limits }: Truth): string | undefined {
  const { data } = value;
  const values = count(data, (one) => !Number.isFinite(one));
  if (values > 0) return `${values} of ${data.length} values are NaN or infinite: no output can be judged by it`;
  if (limits !== undefined && Number.isNaN(limits.direct.l2 + limits.wide.l2))
    return 'float32 overflows on the way to it, so that a runtime may answer NaN or an infinity: no output can be judged by it';
  const bounds = count(allowed, (bound) => !(bound >= 0));
  if (bounds > 0) return `${bounds} of ${allowed.length} bounds are NaN or negative: no output can be judged by it`;
  return undefined;
}

/** Truths that were found sound. Cached, since they are checked at every call and never change. */
const known = new WeakSet<Truth>();

/** Throws one line, which names `tensor`, where no output can be judged by its truth. */
export function requireSound(tensor: string, truth: Truth): void {
  if (known.has(truth)) return;
  const why = whyUnsound(truth);
  if (why !== undefined) throw new Error(`the truth of ${tensor}: ${why}`);
  known.add(truth);
}
