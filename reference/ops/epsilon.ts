/** Why an epsilon is invalid, as text; undefined where it is valid. */
export function badEpsilon(epsilon: number): string | undefined {
  if (!Number.isFinite(epsilon) || epsilon < 0) return `its epsilon is ${epsilon}: a number of 0 or more is needed`;
  return undefined;
}
