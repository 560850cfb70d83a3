import { describe, expect, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import { judgeVisit } from '../../suites/engine/judge.ts';
import type { Check } from '../../suites/record/check.ts';
import type { Placement } from '../../suites/record/placement.ts';
import type { Settled } from '../../suites/record/settled.ts';
import type { Result } from '../../suites/suites.ts';
import { LATENCY as latency, PASSED, PLACED as placement } from '../reports/results.ts';

const check: Check = { ...PASSED, runs: 3, top1: { agree: 3, of: 3 } };
const row = findBackend('ort-web/webgpu');
if (row === undefined) throw new Error('no row');

const judged = (place: Placement, ...checks: Check[]) => {
  const results: Result[] = [{ suite: 'conformance', checks }, latency];
  return judgeVisit(row, ['conformance', 'latency', 'memory'], { placement: place, results });
};

describe('judging a visit', () => {
  it('passes what is right and where it should be, and fails what is missing', () => {
    const outcomes = judged(placement, check);
    expect(outcomes.get('conformance')?.status).toBe('ok');
    expect(outcomes.get('latency')?.status).toBe('ok');
    expect(outcomes.get('memory')?.status).toBe('crash');
  });

  it('takes a comparison of nothing for no result', () => {
    expect(judged(placement).get('conformance')?.status).toBe('crash');
  });

  it('calls an output beyond its limit suspect, names the first in the order of the graph, and accuses nobody', () => {
    const beyond = (tensor: string, ratio: number): Check => ({ ...check, tensor, ratio });
    const outcomes = judged(placement, beyond('logits', 90), check, beyond('layer2', 3), beyond('layer3', 70));
    const reason =
      'layer2: error 1.00e-6 is 3.00× what is allowed, relative L2 2.0e-7; not proven wrong: to decide: npm run locate -- with this cell';
    expect(outcomes.get('conformance')).toMatchObject({ status: 'suspect', reason });
    expect(outcomes.get('latency')).toMatchObject({
      status: 'suspect',
      reason: `its session gave a suspect output: conformance: ${reason}`,
    });
  });

  it('calls every cell of a wrong session wrong, each for a reason of its own', () => {
    const outcomes = judged(placement, { ...check, nonfinite: 2 });
    const reason = 'logits: 2 values NaN or infinite that should be finite';
    expect(outcomes.get('conformance')).toMatchObject({ status: 'wrong', reason });
    expect(outcomes.get('latency')).toMatchObject({
      status: 'wrong',
      reason: `its session gave a wrong output: conformance: ${reason}`,
    });
    const both = judged(placement, { ...check, lost: 1 }, { ...check, tensor: 'layer1', ratio: 2 });
    expect(both.get('conformance')).toMatchObject({
      status: 'wrong',
      reason: expect.stringMatching(/^layer1: error .*; logits: 1 value other than the NaN or infinity that is right$/),
    });
  });

  it('names the layer that was proven wrong, and what was tried where none was', () => {
    const beyond: Check = { ...check, tensor: 'layer1', ratio: 5 };
    const outcome = (settled: Settled) => {
      const result: Result = { suite: 'conformance', checks: [check, beyond], settled };
      return judgeVisit(row, ['conformance'], { placement, results: [result] }).get('conformance');
    };
    expect(outcome({ node: 'relu', ops: ['Conv', 'Relu'], input: 1, error: 2, ratio: 40, how: 'fused' })).toMatchObject(
      {
        status: 'wrong',
        reason:
          'relu (Conv → Relu), fed its own measured input, with fusions intact: error 2.00e+0 is 40.0× its worst case; seen in layer1: error 1.00e-6 is 5.00× what is allowed, relative L2 2.0e-7',
      },
    );
    expect(outcome({ undecided: 'all 9 values are within' })).toMatchObject({
      status: 'suspect',
      reason: expect.stringContaining('; not proven wrong: all 9 values are within; to decide: npm run locate'),
    });
  });

  it('calls an output wrong that is the one before, on another input', () => {
    const result: Result = { suite: 'conformance', checks: [{ ...check, ratio: 9 }], stale: 2 };
    const outcomes = judgeVisit(row, ['conformance'], { placement, results: [result] });
    expect(outcomes.get('conformance')).toMatchObject({ status: 'wrong', reason: expect.stringContaining('stale') });
  });

  it('leaves the cells of a right session right where only the second page was wrong', () => {
    const part = { module: 1, device: null, read: null, session: 1, first: 1, second: 1, bytes: null };
    const startup: Result = {
      ...{ suite: 'startup', ...part, compiled: null },
      warm: { ...part, check: { ...check, nonfinite: 1 } },
    };
    const results: Result[] = [{ suite: 'conformance', checks: [check] }, latency, startup];
    const outcomes = judgeVisit(row, ['conformance', 'latency', 'startup'], { placement, results });
    expect([...outcomes.values()].map(({ status }) => status)).toEqual(['ok', 'ok', 'wrong']);
    expect(outcomes.get('startup')).toMatchObject({ reason: expect.stringMatching(/^in the second page, logits: 1/) });
    // A wrong session still applies to it, and its own reason comes first.
    const bad = judgeVisit(row, ['latency', 'startup'], {
      placement,
      results: [{ suite: 'conformance', checks: [{ ...check, lost: 1 }] }, latency, startup],
    });
    expect(bad.get('latency')).toMatchObject({ reason: expect.stringMatching(/^its session.*conformance: logits/) });
    expect(bad.get('startup')).toMatchObject({ reason: expect.stringMatching(/^in the second page/) });
  });

  it('finds values that are wrong by kind', () => {
    expect(judged(placement, { ...check, nonfinite: 2 }).get('conformance')).toMatchObject({
      status: 'wrong',
      reason: expect.stringMatching(/^logits: 2 values NaN or infinite that should be finite$/),
    });
    expect(judged(placement, { ...check, lost: 1 }).get('latency')?.status).toBe('wrong');
  });

  it('calls a session that ran elsewhere a fallback, even with the right answer', () => {
    const elsewhere = {
      ...placement,
      device: 'webgpu+cpu',
      nodes: { WebGpuExecutionProvider: 38, CPUExecutionProvider: 2 },
    };
    expect(judged(elsewhere, check).get('latency')).toMatchObject({
      status: 'fallback',
      reason:
        'requested webgpu, ran on webgpu+cpu (nodes: 38 on WebGpuExecutionProvider, 2 on CPUExecutionProvider); proof: placement log',
    });
  });

  it('names the image that differs from PyTorch', () => {
    const result: Result = {
      suite: 'accuracy',
      dataset: 'x',
      images: 1,
      available: 1,
      top1: 0,
      top5: 1,
      differs: [{ image: 7, expected: 3, got: 5 }],
    };
    expect(judgeVisit(row, ['accuracy'], { placement, results: [result] }).get('accuracy')).toMatchObject({
      status: 'suspect',
      reason: expect.stringMatching(/^1 images differ from PyTorch; image 7: class 5 instead of 3; not proven wrong/),
    });
  });
});
