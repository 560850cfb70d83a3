import { describe, expect, it } from 'vitest';
import { random } from '../../reference/random.ts';
import type { BackendModule } from '../../suites/contract/backend.ts';
import { leak as figuresOf, LEAK_BYTES } from '../../suites/leak/figures.ts';
import { visit as leak } from '../../suites/leak/run.ts';
import type { LeakResult, MeasuredLeak } from '../../suites/leak/schema.ts';
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

  it('stops at its budget, and is no pass of few cycles', async () => {
    const { state, results } = await cycles(24, 10_000);
    expect(state.phases.filter((name) => name === 'cycle').length).toBeLessThan(20);
    expect(growths(results).growths.every(({ slope }) => slope === undefined)).toBe(true);
    const [one] = results.map((result) => row.verdict(row.complete(result, facts)));
    expect(one).toMatchObject({ status: 'partial', reason: expect.stringMatching(/^\d+ of 50 cycles did not run/) });
  });
});

const KIB = 1024;

/** Fifty cycles of a process that grows by `kib` a cycle, with noise of up to `noise` KiB. */
function resident(kib: number, noise: number, role: 'process' | 'renderer' | 'gpu' = 'process') {
  const next = random(5);
  return { role, rss: Array.from({ length: 50 }, (_, i) => Math.round((90_000 + kib * i + noise * next()) * KIB)) };
}

const result = (more: Partial<LeakResult>): LeakResult => ({
  ...{ suite: 'leak', processes: [resident(5, 300)], gpu: [], tensors: [], wanted: 50 },
  ...more,
});
const counted = (bytes: number) => Array.from({ length: 50 }, (_, i) => 1e6 + bytes * i);

describe('a leak', () => {
  it('is a growth whose whole interval is above what is stated, of any amount', () => {
    expect(row.verdict(result({}))).toBeUndefined();
    const grown = row.verdict(result({ processes: [resident(1024, 300)] }));
    expect(grown).toMatchObject({
      status: 'wrong',
      reason: expect.stringMatching(/^memory leaks: process: 1,0\d\d KiB a cycle .*more than 512 KiB is a leak$/),
    });
    expect(row.verdict(result({ processes: [resident(0, 9), resident(1024, 300, 'gpu')] }))?.status).toBe('wrong');
    for (const what of ['gpu', 'tensors'] as const) {
      expect(row.verdict(result({ [what]: counted(0) }))).toBeUndefined();
      expect(row.verdict(result({ [what]: counted(LEAK_BYTES.counted) }))).toBeUndefined();
      expect(row.verdict(result({ [what]: counted(LEAK_BYTES.counted + 1) }))?.status).toBe('wrong');
    }
  });

  it('is neither found nor excluded where the interval holds what is stated, or nothing was read', () => {
    const noisy = row.verdict(result({ processes: [resident(512, 20_000)] }));
    expect(noisy).toMatchObject({ status: 'partial', reason: expect.stringContaining('do not tell') });
    const unread = row.verdict(result({ processes: [], gpu: counted(0) }));
    expect(unread).toMatchObject({ status: 'partial', reason: expect.stringContaining('was not read') });
    const few = row.verdict(result({ processes: [{ role: 'process', rss: resident(0, 9).rss.slice(0, 15) }] }));
    expect(few).toMatchObject({ status: 'partial', reason: expect.stringMatching(/^35 of 50 cycles did not run/) });
  });

  it('is wrong in few cycles too, and shown by the amount that grows most for what it is allowed', () => {
    const short = resident(1024, 300).rss.slice(0, 30);
    expect(row.verdict(result({ processes: [{ role: 'process', rss: short }] }))?.status).toBe('wrong');
    const [headline] = row.headlines;
    const figures = figuresOf([result({ processes: [resident(100, 1)], tensors: counted(4096) })]);
    expect(figures && headline?.text(figures, { model: 'resnet18.live0', batch: 1, computes: true })).toBe('4.0');
  });
});
