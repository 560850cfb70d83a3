import { describe, expect, it } from 'vitest';
import { calibrate, sample, sampleSteadily } from '../../suites/contract/sampler.ts';

const clock = () => {
  let time = 0;
  return {
    now: () => time,
    pass(ms: number) {
      time += ms;
    },
  };
};

describe('sampler', () => {
  it("times each call on the harness's clock, and nothing of what happens between", async () => {
    const { now, pass } = clock();
    let calls = 0;
    const call = async () => pass(++calls);
    const { samples, short } = await sample(call, () => pass(100), {
      now,
      perSample: 1,
      wanted: 4,
      timeMs: 1000,
      estimateMs: 1,
    });
    expect(samples).toEqual([1, 2, 3, 4]);
    expect(calls).toBe(4);
    expect(short).toBe(false);
  });

  it('keeps samples in time order', async () => {
    const { now, pass } = clock();
    const times = [5, 1, 4, 2, 3];
    const call = async () => pass(times.shift() ?? 0);
    const { samples } = await sample(call, () => {}, { now, perSample: 1, wanted: 5, timeMs: 1000, estimateMs: 1 });
    expect(samples).toEqual([5, 1, 4, 2, 3]);
  });

  it('gives the mean of a batch, and checks after each batch', async () => {
    const { now, pass } = clock();
    let [calls, checks] = [0, 0];
    const call = async () => pass(++calls);
    const { samples } = await sample(call, () => checks++, {
      now,
      perSample: 4,
      wanted: 2,
      timeMs: 1000,
      estimateMs: 1,
    });
    expect(samples).toEqual([(1 + 2 + 3 + 4) / 4, (5 + 6 + 7 + 8) / 4]);
    expect(checks).toBe(2);
  });

  it('batches calls until they last 100 ticks of the clock, and only where one does not', async () => {
    const { now, pass } = clock();
    const call = async () => pass(0.004);
    const timing = { now, granularity: 0.005 };
    expect(await calibrate(call, () => {}, timing, 0.6)).toEqual({ perSample: 1, estimateMs: 0.6, calls: 0 });
    const { perSample, estimateMs, calls } = await calibrate(call, () => {}, timing, 0);
    expect(perSample).toBe(256);
    expect(estimateMs).toBeCloseTo(0.004, 9);
    expect(calls).toBe(2 + 4 + 8 + 16 + 32 + 64 + 128 + 256);
  });

  it('takes fewer where time is short, says so, and takes at least one', async () => {
    const { now, pass } = clock();
    const call = async () => pass(10);
    expect(await sample(call, () => {}, { now, perSample: 1, wanted: 30, timeMs: 45, estimateMs: 10 })).toEqual({
      samples: [10, 10, 10, 10],
      short: true,
    });
    expect(
      (await sample(call, () => {}, { now, perSample: 1, wanted: 30, timeMs: 1, estimateMs: 10 })).samples,
    ).toHaveLength(1);
  });

  it('passes on what a call throws', async () => {
    const call = async () => {
      throw new Error('device lost');
    };
    await expect(
      sample(call, () => {}, { now: () => 0, perSample: 1, wanted: 2, timeMs: 1, estimateMs: 1 }),
    ).rejects.toThrow('device lost');
  });
});

describe('sampling until calls are steady', () => {
  /** Calls that take `slow` until `warm` of them were made, and 1 ms from then on, a little apart. */
  const calls = (slow: number, warm: number) => {
    let made = 0;
    return async (wanted: number) => ({
      samples: Array.from({ length: wanted }, () => (made++ < warm ? slow : 1) + 0.001 * (made % 7)),
      short: false,
    });
  };
  const clock = (deadline: number) => {
    let time = 0;
    return { now: () => time++, deadline };
  };

  it('takes what came before a step down as warm-up, and replaces it', async () => {
    const { samples, short, dropped } = await sampleSteadily(calls(2, 12), 30, clock(100));
    expect({ count: samples.length, short }).toEqual({ count: 30, short: false });
    expect([12, 13]).toContain(dropped);
    expect(Math.max(...samples)).toBeLessThan(1.1);
  });

  it('keeps everything where nothing changes, where calls become slower, and where a step is small', async () => {
    for (const take of [calls(1, 0), calls(0.5, 12), calls(1.03, 12)])
      expect(await sampleSteadily(take, 30, clock(100))).toMatchObject({ dropped: 0, short: false });
  });

  it('says that samples are missing where time ends', async () => {
    const { samples, short, dropped } = await sampleSteadily(calls(2, 12), 30, clock(0));
    expect({ count: samples.length + dropped, short }).toEqual({ count: 30, short: true });
    expect([12, 13]).toContain(dropped);
  });
});
