import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fingerprintOf, readEnvironment, readTicks, stolenSince } from '../../suites/engine/environment.ts';

const environment = readEnvironment(['tinybench'], null);

it('takes a fingerprint of what times depend on, and of nothing that changes from run to run', () => {
  const { hash, parts } = fingerprintOf(environment);
  expect(hash).toMatch(/^[0-9a-f]{12}$/);
  expect(Object.keys(parts)).toEqual(['cpu', 'cores', 'memory', 'gpu', 'os', 'node', 'browser', 'packages']);
  expect(fingerprintOf({ ...environment, load: 9, governor: 'powersave' }).hash).toBe(hash);
  expect(fingerprintOf({ ...environment, packages: { tinybench: '0.0.0' } }).hash).not.toBe(hash);
  expect(fingerprintOf({ ...environment, cores: environment.cores + 1 }).hash).not.toBe(hash);
});

it('tells the share of stolen time since a reading', () => {
  const now = readTicks();
  expect(now === null).toBe(!existsSync('/proc/stat'));
  expect(stolenSince(null)).toBeNull();
  if (now === null) return;
  expect(now.steal).toBeLessThanOrEqual(now.all);
  // As if all of the last thousand ticks had been stolen.
  const share = stolenSince({ steal: now.steal - 1000, all: now.all - 1000 });
  expect(share).toBeGreaterThan(0.5);
  expect(share).toBeLessThanOrEqual(1);
});
