import { describe, expect, it } from 'vitest';
import { sample } from '../../suites/sampler.ts';

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
    const { samples, short } = await sample(call, () => pass(100), { now, wanted: 4, time: 1000, estimate: 1 });
    expect(samples).toEqual([1, 2, 3, 4]);
    expect(calls).toBe(4);
    expect(short).toBe(false);
  });

  it('takes fewer where time is short, says so, and takes at least one', async () => {
    const { now, pass } = clock();
    const call = async () => pass(10);
    expect(await sample(call, () => {}, { now, wanted: 30, time: 45, estimate: 10 })).toEqual({
      samples: [10, 10, 10, 10],
      short: true,
    });
    expect((await sample(call, () => {}, { now, wanted: 30, time: 1, estimate: 10 })).samples).toHaveLength(1);
  });

  it('passes on what a call throws', async () => {
    const call = async () => {
      throw new Error('device lost');
    };
    await expect(sample(call, () => {}, { now: () => 0, wanted: 2, time: 1, estimate: 1 })).rejects.toThrow(
      'device lost',
    );
  });
});
