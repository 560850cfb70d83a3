import { expect, it } from 'vitest';
import { bind, tap, tensorBytes } from '../../suites/contract/abilities.ts';
import { type Session, unsupportedFix } from '../../suites/contract/backend.ts';

const bare: Session = {
  prepare: (input) => input,
  run: async () => [],
  placement: async () => ({ device: 'cpu', proof: 'a test', nodes: {}, notes: [] }),
  close: async () => {},
};
const input = Float32Array.of(1);

it('what a session lacks is unsupported with its own reason, or empty, or null', async () => {
  const message = (session: Session) =>
    bind(session, [input]).then(
      () => '',
      (error: Error) => `${error.message}; ${unsupportedFix(error)}`,
    );
  const fix = 'none on this backend: latency times its calls with all that they copy';
  expect(await message({ ...bare, unbound: 'it copies' })).toBe(`it copies; ${fix}`);
  expect(await message(bare)).toBe(`this backend keeps no tensors on its device between calls; ${fix}`);
  expect((await tap(bare, input)).size).toBe(0);
  expect(tensorBytes(bare)).toBeNull();
});

it('what a session has is used', async () => {
  const calls = { run: async () => {}, read: async () => [], close: async () => {} };
  const able: Session = { ...bare, bind: async () => calls, tap: async () => new Map([['a', [1]]]), tensors: () => 0 };
  expect(await bind(able, [input])).toBe(calls);
  expect((await tap(able, input)).get('a')).toEqual([1]);
  expect(tensorBytes(able)).toBe(0);
});
