import { afterAll, beforeAll, describe, expect, inject, it, type TestContext } from 'vitest';
import { findBackend } from '../../suites/backends/backends.ts';
import { groupCells } from '../../suites/engine/runner.ts';
import { openQuietWorkshop, type Workshop } from '../../suites/engine/workshop.ts';
import { lifetime } from '../../suites/hosts/lifetime.ts';
import { PROFILES, type Profile } from '../../suites/plan/profiles.ts';
import { expand, parseQuery } from '../../suites/plan/query.ts';
import { passed, visitIn } from '../visit.ts';

const [quick] = PROFILES;
const profile: Profile = {
  ...(quick as Profile),
  warmup: 1,
  samples: 2,
  samplingSeconds: 0.2,
  visitSeconds: 60,
  limitSeconds: 150,
};
const GROUPS = groupCells(expand([parseQuery('transfer:resnet20.seed0:fp32:b1:32')], profile));

let workshop: Workshop;
beforeAll(async () => {
  const browser = inject('browser');
  workshop = await openQuietWorkshop(GROUPS, profile, browser, lifetime());
}, 120_000);
afterAll(() => workshop?.close());

const visit = (backend: string, context: TestContext) => visitIn(workshop, GROUPS, backend, context);

describe('calls whose input and output stay on the device', { timeout: 160_000 }, () => {
  for (const backend of [
    'ort-node/cpu',
    'ort-web/webgpu',
    'ort-web/webgpu-jsep',
    'tfjs/wasm',
    'tfjs/webgl',
    'tfjs/webgpu',
  ])
    it(`are right on ${backend}, on either input`, async (context) => {
      const { result, placement } = passed(await visit(backend, context), 'transfer');
      expect(placement.device).toBe(findBackend(backend)?.device);
      expect(result.checks.map(({ tensor }) => tensor)).toEqual(['host', 'bound', 'read']);
      for (const { runs, ratio } of result.checks) {
        expect(runs).toBeGreaterThanOrEqual(3);
        expect(ratio).toBeGreaterThan(0);
      }
      for (const samples of [result.host, result.bound, result.read]) expect(Math.min(...samples)).toBeGreaterThan(0);
    });

  for (const [backend, reason] of [
    ['ort-web/wasm', 'copies tensors'],
    ['tfjs/cpu', 'in host memory'],
  ] as const)
    it(`are unsupported on ${backend}, with the reason`, async (context) => {
      const outcome = (await visit(backend, context)).get('transfer');
      expect(outcome).toMatchObject({ status: 'unsupported' });
      expect(outcome && 'reason' in outcome && outcome.reason).toContain(reason);
    });
});
