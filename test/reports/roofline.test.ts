import { describe, expect, it } from 'vitest';
import { efficiencies, roofsOf } from '../../reports/table/efficiency.ts';
import { measured, tabulate } from '../../reports/table/table.ts';
import type { Placement } from '../../suites/record/placement.ts';
import type { Record } from '../../suites/record/record.ts';
import { excess } from '../../suites/stats/excess.ts';
import type { Result } from '../../suites/suites.ts';
import { emptyRun } from './fixture.ts';
import { adapterOf, WORK } from './results.ts';

const place = (device: string, adapter?: Placement['adapter']): Placement => ({
  ...{ device, proof: 'a test', nodes: {}, notes: [] },
  ...(adapter ? { adapter } : {}),
});
const record = (id: string, placement: Placement, result: Result): Record => ({
  ...{ kind: 'record', id, round: 0, at: '2026-01-02T03:04:05.000Z', outcome: { status: 'ok', placement, result } },
});
const latency = (backend: string, ms: number, placement: Placement): Record =>
  record(`latency:resnet18.seed0:fp32:b1:64:${backend}`, placement, {
    ...{ suite: 'latency', samples: [ms, ms, ms], batch: 1, clock: { step: 1e-4, granularity: 1e-4 } },
    ...{ warmup: 4, short: false, work: WORK },
  });
/** A device of so many GFLOP/s and GB/s. */
const gauge = (backend: string, gflops: number, gbytes: number, placement: Placement): Record =>
  record(`roofline:kernels.seed0:fp32:b1:16:${backend}`, placement, {
    suite: 'roofline',
    compute: { flops: gflops * 1e6, size: 64, short: [2.1, 2, 9, 2.1], long: [30, 3, 3.1, 3.2] },
    memory: { bytes: gbytes * 1e6, tensor: 2 ** 26, short: [2], long: [3] },
    checks: [],
  });
const tableOf = (...records: Record[]) =>
  tabulate({ ...emptyRun(), header: { ...emptyRun().header, plan: records.map(({ id }) => id) }, records });

const GPU = adapterOf('a GPU', false);
const SOFTWARE = adapterOf('SwiftShader', true);

describe('a roofline', () => {
  it('takes both chains at their best', () => {
    expect(excess({ short: [2.1, 2, 9, 2.1], long: [30, 3, 3.1, 3.2] })).toBe(1);
  });

  it('makes no figure, and no roof, of chains that noise makes alike', () => {
    expect(excess({ short: [3, 4], long: [3, 9] })).toBeUndefined();
    expect(excess({ short: [4], long: [3] })).toBeUndefined();
    // Sums on an H100: by their minima 14 TB/s, where its memory has 3.35. A call takes 17 ms, of which copies are most.
    expect(excess({ short: [17.16, 17.6, 17.5, 17.8, 18.4], long: [17.27, 17.9, 18, 18.3, 18.9] })).toBeUndefined();
    const { outcome, ...noisy } = gauge('ort-node/cpu', 100, 10, place('cpu'));
    if (outcome.status !== 'ok' || outcome.result.suite !== 'roofline') throw new Error('no gauge');
    const { result } = outcome;
    const memory = { ...result.memory, long: result.memory.short };
    const table = tableOf({ ...noisy, outcome: { ...outcome, result: { ...result, memory } } });
    expect(measured(table.rows[0], 'roofline')).toMatchObject({ flops: 100e9, bandwidth: undefined });
    expect(roofsOf(table)).toEqual([]);
  });

  it('is no lower than what a network reached', () => {
    const { macs } = WORK;
    // Twice the kernels' 100 GFLOP/s.
    const ms = (2 * macs) / 200e6;
    const table = tableOf(gauge('ort-node/cpu', 100, 10, place('cpu')), latency('tfjs/wasm', ms, place('wasm')));
    expect(roofsOf(table)[0]?.flops).toBeCloseTo(200e9, -3);
    expect(efficiencies(table)[0]?.ofPeak).toBeCloseTo(1, 9);
    // Where no kernel was measured, there is no roof.
    expect(roofsOf(tableOf(latency('tfjs/wasm', ms, place('wasm'))))).toEqual([]);
  });

  it('is the best that any runtime reached on the same hardware', () => {
    const table = tableOf(
      gauge('ort-node/cpu', 100, 10, place('cpu')),
      gauge('tfjs/wasm', 20, 12, place('wasm')),
      gauge('ort-web/webgpu', 7, 1, place('webgpu', SOFTWARE)),
      gauge('tfjs/webgpu', 900, 300, place('webgpu', GPU)),
    );
    expect(roofsOf(table)).toEqual([
      { hardware: 'CPU', flops: 100e9, bandwidth: 12e9 },
      { hardware: 'a GPU', flops: 900e9, bandwidth: 300e9 },
    ]);
  });

  it('gives each cell its share of the peak, of the roof, and its time over ort-node/cpu’s', () => {
    // 2e9 operations on 1e8 bytes: 20 a byte, so that 12 GB/s would allow 240 GFLOP/s, and 3 GB/s 60.
    const [cpu, wasm] = efficiencies(
      tableOf(
        gauge('ort-node/cpu', 100, 12, place('cpu')),
        latency('ort-node/cpu', 40, place('cpu')),
        latency('tfjs/wasm', 100, place('wasm')),
      ),
    );
    expect(cpu).toMatchObject({ flops: 50e9, intensity: 20, ofPeak: 0.5, ofRoof: 0.5, native: 1 });
    expect(wasm).toMatchObject({ flops: 20e9, ofPeak: 0.2, native: 2.5 });
    const [low] = efficiencies(
      tableOf(gauge('ort-node/cpu', 100, 3, place('cpu')), latency('ort-node/cpu', 40, place('cpu'))),
    );
    expect(low?.ofRoof).toBeCloseTo(50 / 60, 12);
  });

  it('has no share without a gauge, and nothing of what computes nothing', () => {
    const found = efficiencies(tableOf(latency('tfjs/wasm', 100, place('wasm')), latency('null', 1e-3, place('none'))));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ ofPeak: undefined, ofRoof: undefined, native: undefined });
  });
});
