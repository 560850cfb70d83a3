import { describe, expect, it } from 'vitest';
import { decodeFloats, encodeFloats, LARGEST, OVERFLOW, TINY } from '../../reference/float32.ts';
import { agreement, rank, top } from '../../reference/judge/agreement.ts';
import { isRight, isWorse, RTOL, verdictText } from '../../reference/judge/verdict.ts';
import { random } from '../../reference/random.ts';
import { judgeElements } from './elements.ts';

const same = (length: number, bound: number) => new Array<number>(length).fill(bound);

describe('the judge', () => {
  it('finds no error in the truth itself, and says so with no signal-to-noise ratio', () => {
    expect(judgeElements([1, -2], [1, -2], [1e-9, 1e-9])).toMatchObject({
      ...{ error: 0, ratio: 0, snr: null, scale: 2, atol: 0, relativeL2: 0, cosineDistance: 0, special: 0 },
    });
  });

  it('reports the element nearest to its own bound, not the largest error', () => {
    const verdict = judgeElements([1.1, 2.001], [1, 2], [1, 1e-4]);
    expect(verdict.ratio).toBeCloseTo(10, 6);
    expect(verdict.allowed).toBe(1e-4);
    expect(verdict.error).toBeCloseTo(0.1, 12);
    expect(isRight(verdict)).toBe(false);
  });

  it('knows a bound of 0', () => {
    expect(isRight(judgeElements([1], [1], [0]))).toBe(true);
    expect(judgeElements([2], [1], [0]).ratio).toBe(Number.MAX_VALUE);
  });

  it('refuses an output of another length', () => {
    expect(() => judgeElements([1], [1, 2], [1, 1])).toThrow('the output has 1 values, the truth 2');
  });

  it('measures the tensor as a whole', () => {
    // Truth (3, 4) of norm 5; error (0.4, −0.3) of norm 0.5, at a right angle to it.
    const verdict = judgeElements([3.4, 3.7], [3, 4], [1, 1]);
    expect(verdict.relativeL2).toBeCloseTo(0.1, 12);
    expect(verdict.snr).toBeCloseTo(20, 10);
    expect(verdict.cosineDistance).toBeCloseTo(1 - 5 / Math.hypot(5, 0.5), 14);
  });

  it('keeps the digits of 1 − cosine where the cosine itself rounds to 1', () => {
    // Off by 1e-9 sideways and by 10 % along: the angle is 1e-9 ÷ 1.1.
    const { cosineDistance } = judgeElements([1.1, 1e-9], [1, 0], [1, 1]);
    expect((cosineDistance ?? 0) / (0.5 * (1e-9 / 1.1) ** 2)).toBeCloseTo(1, 12);
    expect(judgeElements([-2, 0], [1, 0], [9, 9]).cosineDistance).toBe(2);
    expect(judgeElements([0, 7], [1, 0], [9, 9]).cosineDistance).toBeCloseTo(1, 15);
  });

  it('has no angle and no ratio to a truth of 0', () => {
    expect(judgeElements([1], [0], [9])).toMatchObject({ relativeL2: null, cosineDistance: null, snr: null, error: 1 });
    expect(judgeElements([0], [1], [9])).toMatchObject({ relativeL2: 1, cosineDistance: null, snr: 0 });
  });

  it('gives the tolerances that would have passed, and no smaller one would', () => {
    const next = random(3);
    for (let trial = 0; trial < 100; trial++) {
      const truth = Float64Array.from({ length: 20 }, () => (next() - 0.5) * 10 ** (4 * next()));
      const output = truth.map((value) => value * (1 + 1e-4 * (next() - 0.5)));
      const { atol, error, scale } = judgeElements(output, truth, same(20, 1));
      const passes = (tolerance: (expected: number) => number) =>
        truth.every((value, i) => Math.abs((output[i] ?? 0) - value) <= tolerance(value) * (1 + 1e-12));
      expect(passes((value) => atol + RTOL * Math.abs(value))).toBe(true);
      expect(passes((value) => 0.999 * atol + RTOL * Math.abs(value))).toBe(atol === 0);
      expect(passes(() => (error / scale) * scale)).toBe(true);
      expect(passes(() => 0.999 * (error / scale) * scale)).toBe(false);
    }
  });

  it('puts what no tolerance lets pass first', () => {
    const verdict = judgeElements([Number.NaN, 1.5, 2], [1, 1, Infinity], [1, 1, 1]);
    expect(verdictText(verdict)).toBe(
      '1 value NaN or infinite that should be finite; 1 value other than the NaN or infinity that is right',
    );
    expect(verdictText(judgeElements([Number.NaN, 3], [1, 1], [1, 1]))).toBe(
      '1 value NaN or infinite that should be finite; error 2.00e+0 is 2.00× what is allowed',
    );
    // Where nothing rounds, error ÷ bound tells nothing.
    expect(verdictText(judgeElements([1.2e-3, 3], [0, 3], [TINY, 1]))).toBe(
      'error 1.20e-3 where none is allowed, relative L2 4.0e-4',
    );
    expect(verdictText(judgeElements([1.2e-3], [0], [0]))).toBe('error 1.20e-3 where none is allowed');
    // A run file without norms: the worst element decides, not the largest error.
    const old = { error: 5, ratio: 3, allowed: 1e-40, nonfinite: 0, lost: 0, relativeL2: null };
    expect(verdictText(old)).toBe('error 3.00e-40 where none is allowed');
    expect(isWorse(verdict, judgeElements([9], [1], [1]))).toBe(true);
    expect(isWorse(judgeElements([9], [1], [1]), judgeElements([3], [1], [1]))).toBe(true);
  });
});

describe('special values', () => {
  const HUGE = 1e39;
  const verdict = (got: number, truth: number, bound = 1e-6) => judgeElements([got, 1], [truth, 1], [bound, 1e-6]);

  it.each([
    ['NaN is NaN', Number.NaN, Number.NaN],
    ['an infinity is itself', Infinity, Infinity],
    ['what float32 cannot hold is an infinity', Infinity, HUGE],
    ['of its own sign', -Infinity, -HUGE],
    ['also where the reference goes on in float64', HUGE, HUGE],
  ])('%s', (_, got, truth) => {
    const found = verdict(got, truth, Number.isFinite(truth) ? 1e32 : Number.NaN);
    expect(found).toMatchObject({ special: 1, nonfinite: 0, lost: 0, error: 0, scale: 1 });
    expect(isRight(found)).toBe(true);
  });

  it.each([
    ['NaN', Number.NaN, 1, 'nonfinite'],
    ['an infinity', Infinity, 1, 'nonfinite'],
    ['an infinity where the truth is 0', -Infinity, 0, 'nonfinite'],
    ['NaN in an infinity’s place', Number.NaN, Infinity, 'lost'],
    ['the other infinity', -Infinity, Infinity, 'lost'],
    ['the other infinity after an overflow', -Infinity, HUGE, 'lost'],
    ['NaN after an overflow', Number.NaN, HUGE, 'lost'],
    ['the largest float32 in an infinity’s place', LARGEST, Infinity, 'lost'],
    ['the largest float32 after an overflow', LARGEST, HUGE, 'lost'],
    ['a number in NaN’s place', 0, Number.NaN, 'lost'],
  ] as const)('%s is wrong, however much is allowed', (_, got, truth, count) => {
    const found = verdict(got, truth, 1e30);
    expect(found[count]).toBe(1);
    expect(isRight(found)).toBe(false);
    expect(found).toMatchObject({ relativeL2: null, cosineDistance: null, snr: null });
    // A run file holds no infinity, and JSON no NaN.
    for (const value of Object.values(found))
      expect(value === null || typeof value === 'string' || Number.isFinite(value)).toBe(true);
  });

  it('takes either side of float32’s end where rounding decides', () => {
    for (const got of [LARGEST, Infinity]) expect(isRight(verdict(got, OVERFLOW, 2e31))).toBe(true);
    for (const got of [-LARGEST, -Infinity]) expect(isRight(verdict(got, -OVERFLOW, 2e31))).toBe(true);
    // Well within the range, and well beyond it.
    expect(isRight(verdict(Infinity, 3.3e38, 2e31))).toBe(false);
    expect(isRight(verdict(LARGEST, 3.5e38, 2e31))).toBe(false);
  });

  it('allows nothing where the bound is not known', () => {
    for (const bound of [Number.NaN, Infinity]) {
      expect(isRight(verdict(1.0000001, 1, bound))).toBe(false);
      expect(isRight(verdict(1, 1, bound))).toBe(true);
    }
  });

  it('knows no sign of zero', () => {
    expect(judgeElements([-0, 0], [0, -0], same(2, 2 ** -149))).toMatchObject({ error: 0, ratio: 0, special: 0 });
  });

  it('pass through base64 as they are', () => {
    const values = [0, -0, Number.NaN, Infinity, -Infinity, 2 ** -149, -LARGEST, 1.5];
    expect([...decodeFloats(encodeFloats(values))]).toEqual(values);
    // Longer than one call of String.fromCharCode takes.
    const many = Float32Array.from({ length: 5000 }, (_, i) => i / 7);
    expect(decodeFloats(encodeFloats(many))).toEqual(many);
    expect(() => decodeFloats('AAA=')).toThrow();
  });
});

describe('agreement', () => {
  it('does not count ties that rounding may decide', () => {
    const truth = [1, 1.0000001, 0, 5, 1, 0];
    expect(agreement([1.0000001, 1, 0, 1, 5, 0], { truth, allowed: same(6, 1e-6) }, 3, 1)).toEqual({ agree: 0, of: 1 });
  });

  it('takes the Top-5 as a set, decided by its edge alone', () => {
    const truth = [9, 8, 7, 6, 5, 1, 0];
    const exchanged = [8, 9, 5, 6, 7, 1, 0];
    const outsider = [9, 8, 7, 6, 1, 5, 0];
    const bounds = same(7, 1e-3);
    expect(agreement(exchanged, { truth, allowed: bounds }, 7, 5)).toEqual({ agree: 1, of: 1 });
    expect(agreement(exchanged, { truth, allowed: bounds }, 7, 1)).toEqual({ agree: 0, of: 1 });
    expect(agreement(outsider, { truth, allowed: bounds }, 7, 5)).toEqual({ agree: 0, of: 1 });
    // A tie within the five does not matter, one at their edge does.
    expect(agreement(truth, { truth: [9, 8, 7, 7, 5, 1, 0], allowed: bounds }, 7, 5).of).toBe(1);
    expect(agreement(truth, { truth: [9, 8, 7, 6, 1.001, 1, 0], allowed: bounds }, 7, 5).of).toBe(0);
    expect(agreement([1, 2, 3], { truth: [1, 2, 3], allowed: same(3, 1e-3) }, 3, 5)).toEqual({ agree: 0, of: 0 });
  });

  it('is never one of NaN, and never counts what float32 cannot tell apart', () => {
    expect(agreement([Number.NaN, Number.NaN], { truth: [2, 1], allowed: same(2, 1e-3) }, 2, 1)).toEqual({
      agree: 0,
      of: 1,
    });
    expect(agreement([2, 1], { truth: [2, Number.NaN], allowed: same(2, 1e-3) }, 2, 1).of).toBe(0);
    expect(agreement([Infinity, Infinity], { truth: [1e39, 2e39], allowed: same(2, 1e33) }, 2, 1).of).toBe(0);
    expect(agreement([1, Infinity], { truth: [1, 2e39], allowed: same(2, 1e33) }, 2, 1)).toEqual({ agree: 1, of: 1 });
  });

  it('ranks a label among its scores; equal scores go by index, NaN is last', () => {
    expect(rank([3, 1, 2], 0, 3, 2)).toBe(1);
    expect(rank([1, 1, 1], 0, 3, 1)).toBe(1);
    expect(rank([Number.NaN, 1, 2], 0, 3, 0)).toBe(3);
  });
});

describe('the largest of some values', () => {
  it('are those that sorting gives, with ties and NaN', () => {
    const next = random(5);
    for (let round = 0; round < 400; round++) {
      const count = 1 + Math.floor(12 * next());
      const values = Array.from({ length: count + 2 }, () => (next() < 0.1 ? Number.NaN : Math.floor(6 * next())));
      const score = (i: number) => values[i + 1] as number;
      const sorted = Array.from({ length: count }, (_, i) => i)
        .filter((i) => !Number.isNaN(score(i)))
        .sort((a, b) => score(b) - score(a) || a - b);
      for (const k of [1, 2, 5, count]) expect(top(values, 1, count, k)).toEqual(sorted.slice(0, k));
      for (let i = 0; i <= count; i++)
        expect(rank(values, 1, count, i)).toBe(sorted.includes(i) ? sorted.indexOf(i) : count);
    }
  });
});
