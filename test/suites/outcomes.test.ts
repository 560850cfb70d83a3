import { expect, it } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import type { Measured } from '../../suites/contract/visit.ts';
import { outcomesOf } from '../../suites/engine/outcomes.ts';
import { groupCells } from '../../suites/engine/runner.ts';
import type { VisitOutcome } from '../../suites/hosts/host.ts';
import { parseCell } from '../../suites/plan/cell.ts';
import { PASSED, WORK } from '../reports/results.ts';

const CELLS = ['conformance', 'latency'].map((suite) => parseCell(`${suite}:resnet18.seed0:fp32:b1:64:ort-node/cpu`));
const device = findBackend('ort-node/cpu')?.device ?? '';
const PLACEMENT = { device, proof: 'a test', nodes: { cpu: 1 }, notes: [] };
const CONFORMANCE = { suite: 'conformance', checks: [PASSED] };
const clock = { step: 1e-4, granularity: 1e-4 };
const LATENCY = { suite: 'latency', samples: [1], batch: 1, clock, warmup: 2, short: false, work: WORK };

/** The outcomes of a reply with these results. */
function outcomes(results: readonly Measured[], placement: object) {
  const [group] = groupCells(CELLS);
  if (group === undefined) throw new Error('no group');
  const facts = { processes: [], cycles: [], secondPage: null };
  const reply = { placement: { ...PLACEMENT, ...placement }, results };
  return outcomesOf(group, { kind: 'reply', reply, facts, phase: 'closed' } as VisitOutcome);
}

it('passes results that match their schemas', () => {
  for (const outcome of outcomes([CONFORMANCE, LATENCY], {}).values()) expect(outcome.status).toBe('ok');
});

it('says what is malformed in a result, and leaves the other cells alone', () => {
  const found = outcomes([CONFORMANCE, { ...LATENCY, samples: ['fast'] } as Measured], {});
  expect(found.get('conformance')?.status).toBe('ok');
  expect(found.get('latency')).toMatchObject({
    status: 'crash',
    reason: expect.stringMatching(/^the visit sent a malformed result: result\.samples\.0: /),
    phase: 'closed',
  });
});

it('says what is malformed where a verdict could not even be given', () => {
  const found = outcomes([{ suite: 'conformance' }, LATENCY], {});
  expect(found.get('conformance')).toMatchObject({
    reason: expect.stringContaining('malformed result: result.checks: '),
  });
});

it('says what is malformed in a placement', () => {
  for (const outcome of outcomes([CONFORMANCE, LATENCY], { nodes: 'all' }).values())
    expect(outcome).toMatchObject({
      status: 'crash',
      reason: expect.stringContaining('malformed result: placement.nodes: '),
    });
});
