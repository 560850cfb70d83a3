import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../reference/evaluate.ts';
import { inferShapes } from '../../../reference/graph.ts';
import type { FuzzNetwork } from '../../../suites/contract/play.ts';
import { ATTRIBUTES, counter } from '../../../suites/fuzz/coverage.ts';
import { networks } from '../../../suites/fuzz/generate.ts';
import { graphOf, refit } from '../../../suites/fuzz/network.ts';
import { inputOf, weightsOf } from '../../../suites/fuzz/values.ts';
import { prove } from '../../../suites/fuzz/verdict.ts';

function take(seed: number, count: number): FuzzNetwork[] {
  const source = networks(seed);
  return Array.from({ length: count }, () => source.next().value as FuzzNetwork);
}

const LARGE = take(1, 20_000);

const { add, counts } = counter();
for (const network of LARGE) add(network);
const drawnOf = (name: string) => counts().get(name) ?? new Map<string, number>();
const valuesOf = (name: string) => ATTRIBUTES.find((one) => one.name === name)?.values ?? [];

describe('drawn networks', () => {
  it('are valid: their shapes, channels, groups and padding fit together', () => {
    for (const network of LARGE.slice(0, 4000)) {
      expect(() => inferShapes(graphOf(network), network.batch, network.size)).not.toThrow();
      expect(refit(network)).toEqual(network);
    }
  });

  it('are small', () => {
    const beyond = LARGE.filter(
      ({ nodes, size, batch }) => nodes.length === 0 || nodes.length > 10 || size > 16 || batch > 5,
    );
    expect(beyond).toEqual([]);
  });

  it('follow from the seed', () => {
    expect(take(7, 200)).toEqual(take(7, 200));
    expect(take(7, 200)).not.toEqual(take(8, 200));
  });

  // A generator that is tuned to a defect would draw its attributes more often.
  it.each(['channels', 'channels in', 'groups', 'kernel sides', 'sizes'])(
    'have each value of %s, and none more than three times as often as the mean',
    (name) => {
      const [drawn, values] = [drawnOf(name), valuesOf(name)];
      expect([...drawn.keys()].filter((value) => !values.includes(value))).toEqual([]);
      expect(values.filter((value) => !drawn.has(value))).toEqual([]);
      const mean = [...drawn.values()].reduce((sum, count) => sum + count, 0) / values.length;
      expect([...drawn].filter(([, count]) => count > 3 * mean)).toEqual([]);
    },
  );

  it.each(['kernels', 'strides', 'padding', 'kernel and stride', 'operators', 'batches', 'values'])(
    'have every one of the %s',
    (name) => expect(valuesOf(name).filter((value) => !drawnOf(name).has(value))).toEqual([]),
  );

  it('repeat shapes with other values, in other batches, and without activations', () => {
    const shapeOf = ({ nodes, channels, size }: FuzzNetwork) => JSON.stringify([nodes, channels, size]);
    const pairs = LARGE.slice(1).map((network, i) => [LARGE[i] as FuzzNetwork, network] as const);
    const alike = pairs.filter(([a, b]) => shapeOf(a) === shapeOf(b));
    expect(alike.length).toBeGreaterThan(LARGE.length / 50);
    expect(alike.some(([a, b]) => a.batch !== b.batch)).toBe(true);
    expect(alike.every(([a, b]) => a.values.seed !== b.values.seed)).toBe(true);
  });
});

describe('the worst-case bound', { timeout: 60_000 }, () => {
  const some = take(2, 100);
  const exact = (network: FuzzNetwork) =>
    [0, 1].map(
      (index) =>
        evaluate(graphOf(network), weightsOf(network), inputOf(network, index)).get(network.output)?.data ??
        new Float64Array(0),
    );

  it('is passed by the truth', () => {
    for (const network of some) expect(prove(network, exact(network), false).kind).not.toBe('wrong');
  });

  it('is sharp enough that in nine of ten networks an error of 5 % of the largest value is proven', () => {
    const caught = some.filter((network) => {
      const outputs = exact(network).map((output) => {
        const largest = output.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        return output.map((value) => value + 0.05 * largest);
      });
      return prove(network, outputs, false).kind === 'wrong';
    });
    expect(caught.length / some.length).toBeGreaterThan(0.9);
  });
});
