import type { Truth } from './bounds.ts';
import { judge, type Verdict } from './verdict.ts';

/**
 * An output against a worst case, as a proof. Where there is no bound, as of a normalisation whose variance may be 0, or
 * no finite truth, nothing is proven: these elements count as right.
 */
export function proofOf(output: ArrayLike<number>, { value, allowed }: Truth): Verdict {
  const { shape, data } = value;
  const isBounded = (i: number) => Number.isFinite(allowed[i]) && Number.isFinite(data[i]);
  return judge(
    data.map((one, i) => (isBounded(i) ? (output[i] as number) : Number.isFinite(one) ? one : 0)),
    {
      value: { shape, data: data.map((one) => (Number.isFinite(one) ? one : 0)) },
      allowed: Float64Array.from(allowed, (bound, i) => (isBounded(i) ? bound : 0)),
      limits: undefined,
    },
  );
}
