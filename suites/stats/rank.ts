/**
 * How many arrangements of `m` and `n` values give each Mann–Whitney statistic 0…mn: the coefficients of the Gaussian
 * binomial, by multiplying with 1 − q^(n+i) and dividing by 1 − q^i.
 */
function arrangements(m: number, n: number): Float64Array {
  const counts = new Float64Array(m * n + 1);
  counts[0] = 1;
  const at = (index: number) => counts[index] as number;
  for (let i = 1; i <= m; i++) {
    for (let u = m * n; u >= n + i; u--) counts[u] = at(u) - at(u - n - i);
    for (let u = i; u <= m * n; u++) counts[u] = at(u) + at(u - i);
  }
  return counts;
}

/**
 * One-sided p-value of the rank test of Mann and Whitney (1947): the probability that `later` ranks at least as high
 * above `earlier` if both were drawn from one distribution. Exact without ties; a tie counts half, rounded against a
 * difference. 1 where either is empty.
 */
export function rankP(earlier: readonly number[], later: readonly number[]): number {
  const [m, n] = [later.length, earlier.length];
  if (m === 0 || n === 0) return 1;
  let above = 0;
  for (const one of later) for (const other of earlier) above += one > other ? 1 : one === other ? 0.5 : 0;
  const counts = arrangements(m, n);
  const from = Math.floor(above);
  return counts.subarray(from).reduce((sum, count) => sum + count, 0) / counts.reduce((sum, count) => sum + count, 0);
}
