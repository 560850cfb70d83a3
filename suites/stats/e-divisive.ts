import { random } from '../../reference/random.ts';

/** How change points are looked for. */
export type EDivisive = {
  /** Minimum of values on each side of a change point; at least 2. */
  readonly least: number;
  /** Random permutations of the test, and the largest p-value of a change. */
  readonly permutations: number;
  readonly p: number;
  readonly seed: number;
};

type Split = { readonly at: number; readonly energy: number };

/**
 * The split of values[from…to) with the largest scaled energy distance between its two sides, with exponent 1 (Matteson
 * and James 2014, eq. 5 and 7): mn/(m+n) · (2·mean|x−y| − mean|x−x′| − mean|y−y′|). Undefined where none leaves `least`
 * values on each side.
 */
function bestSplit(values: readonly number[], least: number): Split | undefined {
  const n = values.length;
  if (n < 2 * least) return undefined;
  // Sums of distances inside the left side, inside the right side, and between the two, updated value by value.
  let [left, right, between] = [0, 0, 0];
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) right += Math.abs((values[i] as number) - (values[j] as number));
  let best: Split | undefined;
  for (let k = 0; k < n - least; k++) {
    const moved = values[k] as number;
    let [toLeft, toRight] = [0, 0];
    for (let i = 0; i < k; i++) toLeft += Math.abs(moved - (values[i] as number));
    for (let i = k + 1; i < n; i++) toRight += Math.abs(moved - (values[i] as number));
    left += toLeft;
    right -= toRight;
    between += toRight - toLeft;
    const m = k + 1;
    const rest = n - m;
    if (m < least) continue;
    const inside = (2 * left) / (m * (m - 1)) + (2 * right) / (rest * (rest - 1));
    const energy = ((m * rest) / n) * ((2 * between) / (m * rest) - inside);
    if (best === undefined || energy > best.energy) best = { at: m, energy };
  }
  return best;
}

/** Shuffles in place (Fisher and Yates). */
function shuffle(values: number[], next: () => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [values[i], values[j]] = [values[j] as number, values[i] as number];
  }
}

/**
 * Change points of a series by E-divisive means (Matteson and James 2014): each part is split where the energy distance
 * of its sides is largest, as long as a permutation test finds the split significant. Returns the indices of the first
 * value of each new level, in order. Deterministic: the permutations come from the seed.
 *
 * Apache Otava (Fleming et al. 2023, arXiv 2301.03034) has a t-test instead, since its permutations were not
 * reproducible. These are, and they need no normal noise.
 */
export function changePoints(values: readonly number[], how: EDivisive): number[] {
  const { least, permutations, p, seed } = how;
  const found: number[] = [];
  const next = random(seed);
  const parts: (readonly [from: number, to: number])[] = [[0, values.length]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part;
    const own = values.slice(from, to);
    const split = bestSplit(own, least);
    if (split === undefined) continue;
    // Stops as soon as the p-value cannot be small enough any more.
    let beyond = 1;
    for (let i = 0; i < permutations && beyond <= p * (permutations + 1); i++) {
      shuffle(own, next);
      if ((bestSplit(own, least)?.energy ?? 0) >= split.energy) beyond++;
    }
    if (beyond > p * (permutations + 1)) continue;
    found.push(from + split.at);
    parts.push([from, from + split.at], [from + split.at, to]);
  }
  return found.sort((a, b) => a - b);
}
