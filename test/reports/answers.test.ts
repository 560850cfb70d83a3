import { describe, expect, it } from 'vitest';
import { answersOf } from '../../reports/table/answers.ts';
import { tabulate } from '../../reports/table/table.ts';
import type { Outcome, Record } from '../../suites/record/record.ts';
import { emptyRun } from './fixture.ts';
import { LATENCY, PLACED } from './results.ts';

const AT = '2026-01-02T03:04:05.000Z';
const record = (id: string, round: number, outcome: Outcome): Record => ({
  kind: 'record',
  id,
  round,
  at: AT,
  outcome,
});
const cell = (backend: string) => `latency:resnet18.live0:fp32:b1:224:${backend}`;
/** Rounds whose medians are these milliseconds. */
const timed = (backend: string, ...times: number[]): Record[] =>
  times.map((ms, round) =>
    record(cell(backend), round, {
      status: 'ok',
      placement: { ...PLACED, device: backend === 'null' ? 'none' : 'cpu' },
      result: { ...LATENCY, samples: [ms, ms, ms] },
    }),
  );
const told = (records: readonly Record[], more: readonly string[], within: number | null) => {
  const { header, ...rest } = emptyRun();
  const plan = [...new Set([...records.map(({ id }) => id), ...more])];
  return answersOf(tabulate({ ...rest, header: { ...header, plan, within }, records: [...records] }));
};

describe('the answers of a run', () => {
  const node = timed('ort-node/cpu', 10, 10.1, 9.9, 10, 10);
  const wasm = timed('ort-web/wasm', 40, 41, 40, 39, 40);
  const close = timed('tfjs/wasm', 41, 40, 42, 40, 41);

  it('are how many latencies are known, of all that were planned and can run, and the fastest on each host', () => {
    const wide = timed('tfjs/cpu', 100, 200, 150);
    const records = [...node, ...wasm, ...wide, ...timed('null', 1, 2, 3)];
    const cannot = record(cell('ort-node/cuda'), 0, { status: 'unsupported', reason: 'no GPU', fix: 'buy one' });
    expect(told([...records, cannot], [cell('tfjs/wasm')], 0.05)).toEqual([
      '2 of 4 latencies known to ±5 %',
      'fastest in Node, resnet18.live0 · 224×224: ort-node/cpu, 10.0 ms (the only one)',
      'fastest in a browser, resnet18.live0 · 224×224: ort-web/wasm, 40.0 ms',
    ]);
  });

  it('say which of the others have no single time', () => {
    const two = timed('tfjs/cpu', 228, 130, 229, 131, 228);
    expect(told([...node, ...two, ...timed('tfjs/wasm', 1, 2, 4)], [], 0.05)[0]).toBe(
      '1 of 3 latencies known to ±5 %, 1 of the others at two speeds',
    );
  });

  it('name those that are not told apart from the fastest', () => {
    expect(told([...wasm, ...close], [], null)).toEqual([
      'fastest in a browser, resnet18.live0 · 224×224: ort-web/wasm, 40.0 ms, not told apart from tfjs/wasm',
    ]);
  });

  it('leave out a size that one slow backend alone ran', () => {
    const [one] = timed('tfjs/cpu', 100, 101, 99);
    const small = { ...one, id: 'latency:resnet18.live0:fp32:b1:64:tfjs/cpu' } as Record;
    expect(told([...wasm, ...close, small], [], null)).toHaveLength(1);
    expect(told([small], [], null)).toEqual([
      'fastest in a browser, resnet18.live0 · 64×64: tfjs/cpu, 100 ms (the only one)',
    ]);
  });

  it('call no wrong backend fast, and end with what is wrong', () => {
    const wrong = record(cell('ort-web/webgl'), 0, {
      status: 'wrong',
      reason: 'x',
      placement: PLACED,
      result: { ...LATENCY, samples: [1, 1, 1] },
    });
    expect(told([...wasm, wrong], [], null)).toEqual([
      'fastest in a browser, resnet18.live0 · 224×224: ort-web/wasm, 40.0 ms (the only one)',
      'wrong: ort-web/webgl (resnet18.live0 · 224×224)',
    ]);
  });
});
