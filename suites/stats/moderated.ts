import { studentP } from './student.ts';

/** An estimate, the square of its standard error, and the standard error's degrees of freedom. */
export type Estimate = { readonly told: number; readonly variance: number; readonly df: number };

/** Fewest estimates from which the spread of variances can be told. */
const MIN_ESTIMATES = 5;

/** Variances below this share of the median are taken for that: a clock too coarse gives 0. */
const LEAST_SHARE = 1e-4;

/** ψ(x), the derivative of ln Γ, for x > 0 (DLMF 5.5.2 up to 6, then 5.11.2). */
export function digamma(x: number): number {
  if (x < 6) return digamma(x + 1) - 1 / x;
  const square = 1 / (x * x);
  return Math.log(x) - 1 / (2 * x) - square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)));
}

/** ψ′(x), the derivative of digamma, for x > 0 (DLMF 5.15.5 up to 6, then 5.15.8). */
export function trigamma(x: number): number {
  if (x < 6) return trigamma(x + 1) + 1 / (x * x);
  const square = 1 / (x * x);
  return 1 / x + square / 2 + (square / x) * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)));
}

/** The x > 0 with ψ′(x) = y, for y > 0: by bisection of its logarithm, to about 1e-9 relative. */
export function trigammaInverse(y: number): number {
  let [low, high] = [-20, 20];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (trigamma(Math.exp(middle)) > y) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/**
 * The share of its degrees of freedom with which the common variance counts, and their maximum: how far the variances
 * differ is itself known from few. Without these, up to four times as many claims as stated were false where noises of
 * cells spread by a factor of 1.35 (test/suites/moderated.test.ts).
 */
const TRUST = 0.5;
const MOST_FREEDOM = 8;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * p-values of many estimates, two-sided, each of few rounds, whose variances are drawn together: a variance of few
 * degrees of freedom is as uncertain as most of what it would prove. Each variance is the weighted mean of its own and
 * of a common one; the weights are degrees of freedom, and how far the variances differ from each other decides
 * the common one's (Smyth 2004, “Linear models and empirical Bayes methods”, by its moments of log variances). Where
 * they differ much, each keeps its own. With fewer than MIN_ESTIMATES, these are Student's p-values. `told` is how far
 * an estimate is from no difference; 0 gives 1.
 */
export function moderatedPs(estimates: readonly Estimate[]): number[] {
  const { df: common, variance } = prior(estimates.filter((one) => Number.isFinite(one.variance) && one.df > 0));
  const most = estimates.reduce((sum, { df }) => sum + df, 0);
  return estimates.map((one) => {
    if (one.told <= 0) return 1;
    if (common === 0) return studentP(one.told / Math.sqrt(one.variance), one.df);
    const df = Math.min(one.df + common, most);
    const pooled = (one.df * one.variance + common * variance) / (one.df + common);
    return studentP(one.told / Math.sqrt(pooled), df);
  });
}

/** The common variance and its degrees of freedom; 0 where there are too few estimates. */
function prior(estimates: readonly Estimate[]): { df: number; variance: number } {
  const sorted = estimates.map(({ variance }) => variance).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (estimates.length < MIN_ESTIMATES || middle === 0) return { df: 0, variance: 0 };
  const logs = estimates.map(
    ({ variance, df }) => Math.log(Math.max(variance, LEAST_SHARE * middle)) - digamma(df / 2) + Math.log(df / 2),
  );
  const centre = mean(logs);
  const spread =
    logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / (logs.length - 1) -
    mean(estimates.map(({ df }) => trigamma(df / 2)));
  const half = spread <= 0 ? Infinity : trigammaInverse(spread);
  const shift = Number.isFinite(half) ? digamma(half) - Math.log(half) : 0;
  return { df: Math.min(TRUST * 2 * half, MOST_FREEDOM), variance: Math.exp(centre + shift) };
}
