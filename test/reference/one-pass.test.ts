import { expect, it } from 'vitest';
import type { Graph } from '../../reference/graph.ts';
import { FLOAT32 } from '../../reference/judge/bounds.ts';
import { isRight, judge } from '../../reference/judge/verdict.ts';
import { rigorous } from '../../reference/judge/worst-case.ts';
import { random } from '../../reference/random.ts';

const EPSILON = 1e-5;
const { fround, sqrt } = Math;

/** A layer normalisation of one pixel in float32 whose variance is E[x²] − E[x]², as ONNX Runtime's WebGPU kernel has it. */
function onePass(x: readonly number[]): number[] {
  let [sum, squares] = [0, 0];
  for (const value of x) [sum, squares] = [fround(sum + value), fround(squares + fround(value * value))];
  const mean = fround(sum / x.length);
  const variance = fround(fround(squares / x.length) - fround(mean * mean));
  const scale = fround(1 / fround(sqrt(fround(variance + EPSILON))));
  return x.map((value) => fround(fround(value - mean) * scale));
}

/** The verdict of a pixel's output by the worst-case bound. */
function verdictOf(x: readonly number[], output: readonly number[]) {
  const channels = x.length;
  const graph: Graph = {
    name: 'pixel',
    channels,
    nodes: [{ op: 'LayerNormalization', name: 'norm', inputs: ['input'], channels, epsilon: EPSILON }],
    output: 'norm',
    stages: new Map(),
  };
  const weights = new Map([
    ['norm.weight', new Float32Array(channels).fill(1)],
    ['norm.bias', new Float32Array(channels)],
  ]);
  return judge(output, rigorous(graph, weights, { shape: [1, channels, 1, 1], data: Float64Array.from(x) }, FLOAT32));
}

it('the worst-case bound covers a variance in one pass, also where the values of a pixel are nearly equal', () => {
  const next = random(1);
  const [beyond, bounded] = [[] as number[], [] as number[]];
  for (let trial = 0; trial < 20_000; trial++) {
    const channels = 1 + Math.floor(next() * 6);
    const around = next() * 4 - 2;
    // Spreads from 1 down to the last bits.
    const spread = 2 ** -(next() * 20);
    const x = Array.from({ length: channels }, () => fround(around + spread * (next() * 2 - 1)));
    const { ratio, allowed } = verdictOf(x, onePass(x));
    // Judged as no error at all where there is no bound: then nothing can be proven.
    if (allowed < 1e-30) continue;
    bounded.push(ratio);
    if (ratio > 1) beyond.push(ratio);
  }
  expect(beyond).toEqual([]);
  expect(bounded.length).toBeGreaterThan(15_000);
});

it('the worst-case bound is sharp where the values of a pixel differ', () => {
  const x = [0.5, -1, 2, 0.25];
  const output = onePass(x);
  expect(isRight(verdictOf(x, output))).toBe(true);
  expect(
    isRight(
      verdictOf(
        x,
        output.map((value) => value * (1 + 1e-5)),
      ),
    ),
  ).toBe(false);
});
