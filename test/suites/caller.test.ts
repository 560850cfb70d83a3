import { expect, it } from 'vitest';
import type { Session } from '../../suites/contract/backend.ts';
import { caller } from '../../suites/contract/caller.ts';
import { checker } from '../../suites/contract/checker.ts';

const SIZE = 2 ** 19;
const inputs = [Float32Array.of(1), Float32Array.of(2)];

/** A session whose output is the input, again and again, but in one call. */
function sessionOf(size: number, wrongAt: number): Session {
  let calls = 0;
  return {
    prepare: (input: Float32Array) => input,
    run: async ([value = 0]: Float32Array) => new Float32Array(size).fill(calls++ === wrongAt ? -1 : value),
  } as Partial<Session> as Session;
}

/** A caller, and how often its truths were asked for. */
function calls(size: number, wrongAt: number) {
  let asked = 0;
  const truths = inputs.map(([value = 0]) => {
    const data = new Float64Array(size).fill(value);
    return new Map([
      ['logits', { value: { shape: [1, size], data }, allowed: data.map(() => 1e-6), limits: undefined }],
    ]);
  });
  const logits = checker('logits', undefined);
  const made = caller(
    sessionOf(size, wrongAt),
    inputs,
    async () => {
      asked++;
      return truths;
    },
    logits,
  );
  return { ...made, logits, asked: () => asked };
}

it('checks every call, each against the truth of its input, but reads no truth before', async () => {
  const { call, between, check, logits, asked } = calls(10, 3);
  for (let i = 0; i < 5; i++) {
    await call();
    await between();
  }
  expect([asked(), logits.worst()]).toEqual([0, undefined]);
  await check();
  expect(logits.worst()).toMatchObject({ runs: 5, error: 3 });
  await call();
  await check();
  expect(logits.worst()?.runs).toBe(6);
  const right = calls(10, -1);
  for (let i = 0; i < 5; i++) await right.call();
  await right.check();
  expect(right.logits.worst()).toMatchObject({ runs: 5, error: 0 });
});

it('checks between calls where outputs are many, so that they do not fill the memory', async () => {
  const { call, between, logits } = calls(SIZE, -1);
  for (let i = 0; i < 3; i++) {
    await call();
    await between();
  }
  expect(logits.worst()?.runs).toBe(3);
});
