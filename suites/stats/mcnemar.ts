/**
 * Two-sided p of McNemar's exact test (McNemar 1947): of `a + b` pairs in which only one of two was right, `a` were right
 * on one side only and `b` on the other. Under the hypothesis that both are equally often right, each is as likely, so
 * p = 2·P(X ≤ min(a, b)) for X binomial with a + b trials of probability ½, at most 1. 1 where no pair differs.
 */
export function mcnemarP(a: number, b: number): number {
  const [few, trials] = [Math.min(a, b), a + b];
  if (a === b) return 1;
  // Terms are summed as multiples of the largest one, that of `few`: then none underflows.
  let [logTerm, sum, part] = [-trials * Math.LN2, 0, 1];
  for (let k = 1; k <= few; k++) logTerm += Math.log((trials - k + 1) / k);
  for (let k = few; k >= 0; k--) {
    sum += part;
    part *= k / (trials - k + 1);
  }
  return Math.min(1, 2 * sum * Math.exp(logTerm));
}
