// Coefficients from the highest power down, for Horner's scheme.
const SMALL = {
  over: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  under: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
} as const;
const MIDDLE = {
  over: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  under: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
} as const;
const LARGE = {
  over: [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
    0.0006587491615298378,
  ],
  under: [1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918],
} as const;

/** 1/√π. */
const ROOT = 0.5641895835477563;

type Rational = { readonly over: readonly number[]; readonly under: readonly number[] };

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
const rational = ({ over, under }: Rational, x: number): number => polynomial(over, x) / polynomial(under, x);

/** exp(−y²) for y ≥ 0. y is split at a multiple of 1/16, so that the large square is exact. */
function gaussian(y: number): number {
  const head = Math.trunc(y * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(y - head) * (y + head));
}

/** erfc of y > 0.46875. */
function tail(y: number): number {
  // The result is below the smallest float64; also for y = infinity.
  if (y > 28) return 0;
  if (y <= 4) return gaussian(y) * rational(MIDDLE, y);
  const z = 1 / (y * y);
  return (gaussian(y) * (ROOT - z * rational(LARGE, z))) / y;
}

/**
 * The complementary error function 1 − erf(x), to a few units of float64's last place while the result is normal.
 * Rational approximations of W. J. Cody 1969, "Rational Chebyshev approximations for the error function" (Math. Comp.
 * 23), with the coefficients of his SPECFUN (netlib).
 */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * rational(SMALL, y * y);
  return x < 0 ? 2 - tail(y) : tail(y);
}

/**
 * erf in float32 by a polynomial that runtimes use (TF.js on every backend): Abramowitz and Stegun 1964, formula 7.1.26,
 * whose own error is up to 1.5e-7.
 */
export function polynomialErf(x: number): number {
  const { fround } = Math;
  const t = fround(1 / fround(1 + fround(fround(0.3275911) * Math.abs(x))));
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const sum = coefficients.reduce((before, one) => fround(fround(before * t) + fround(one)), 0);
  const tail = fround(fround(sum * t) * fround(Math.exp(-fround(x * x))));
  return Math.sign(x) * fround(1 - tail);
}
