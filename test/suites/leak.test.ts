import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { leak as figuresOf } from '../../suites/leak/figures.ts';
import { visit as leak } from '../../suites/leak/run.ts';
import type { MeasuredLeak } from '../../suites/leak/schema.ts';
import { leak as row } from '../../suites/leak/suite.ts';
import { theilSen } from '../../suites/stats/theil-sen.ts';
import { MADE_UP, toolsOf, visitOf } from '../visit.ts';

describe('a slope after Theil and Sen', () => {
  it('is the line’s own, whatever a few outliers do', () => {
    const line = Array.from({ length: 40 }, (_, i) => 100 + 3 * i + (i % 9 === 0 ? 1000 : 0));
    expect(theilSen(line)?.slope).toBeCloseTo(3, 10);
    expect(theilSen(Array.from({ length: 20 }, () => 7))).toEqual({ slope: 0, interval: [0, 0] });
    expect(theilSen([1, 2, 3])).toBeUndefined();
  });

  it('has an interval that holds the true slope in about 95 % of noisy series', () => {
    const next = random(3);
    let held = 0;
    const trials = 2000;
    for (let trial = 0; trial < trials; trial++) {
      const values = Array.from({ length: 40 }, (_, i) => 0.5 * i + Math.log(next() / (1 - next())));
      const [low, high] = theilSen(values)?.interval ?? [1, 0];
      if (low <= 0.5 && 0.5 <= high) held++;
    }
    expect(held / trials).toBeGreaterThan(0.935);
    expect(held / trials).toBeLessThan(0.965);
  });
});

const visit = visitOf('resnet20.seed0', MADE_UP, 32, { suites: ['leak'] });

/** A runtime that leaves `left` bytes behind with each session; `opened` counts sessions that are still open. */
async function cycles(left: number, budgetMs = visit.budgetMs) {
  const state = { live: 0, open: 0, most: 0, phases: [] as string[] };
  const module: BackendModule = {
    start: async () => ({
      async open() {
        state.live += 1000;
        state.most = Math.max(state.most, ++state.open);
        return {
          prepare: (input) => input,
          run: async () => new Float32Array(10),
          placement: async () => ({ device: 'cpu', proof: 'a test', nodes: {}, notes: [] }),
          tensors: () => state.live,
          close: async () => {
            state.live -= 1000 - left;
            state.open--;
          },
        };
      },
    }),
  };
  let now = 0;
  const tools = toolsOf({
    now: () => (now += 1000),
    phase: async (name) => void state.phases.push(name),
    gpu: () => ({ live: state.live, peak: state.live, objects: 1 }),
  });
  const { results } = await leak({ ...visit, budgetMs }, MADE_UP, module, tools);
  return { state, results };
}

const facts = { processes: [], cycles: [], secondPage: null };

const growths = (measured: readonly MeasuredLeak[]) => {
  const figures = figuresOf(measured.map((one) => row.complete(one, facts)));
  if (figures === undefined) throw new Error('no figures');
  return figures;
};

describe('leak', () => {
  it('finds what each session leaves behind, and nothing where nothing is left', async () => {
    const { state, results } = await cycles(24);
    expect(state).toMatchObject({ open: 0, most: 1 });
    expect(state.phases.filter((name) => name === 'cycle')).toHaveLength(50);
    for (const what of ['GPU buffers and textures', 'tensors']) {
      const growth = growths(results).growths.find((one) => one.what === what);
      expect(growth?.slope).toEqual({ slope: 24, interval: [24, 24] });
    }
    for (const { slope } of growths((await cycles(0)).results).growths) expect(slope?.slope).toBe(0);
  });

  it('stops at its budget, and gives no slope of few cycles', async () => {
    const { state, results } = await cycles(24, 5000);
    expect(state.phases.filter((name) => name === 'cycle').length).toBeLessThan(10);
    expect(growths(results).growths.every(({ slope }) => slope === undefined)).toBe(true);
  });
});
