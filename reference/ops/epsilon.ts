/** Why an epsilon cannot be one, in words; undefined where it can. */
export function badEpsilon(epsilon: number): string | undefined {
  if (!Number.isFinite(epsilon) || epsilon < 0) return `its epsilon is ${epsilon}: a number of 0 or more is needed`;
  return undefined;
}
