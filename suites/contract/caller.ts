import type { Truths } from '../../reference/truthfile.ts';
import { answers } from './answers.ts';
import type { Session } from './backend.ts';
import type { Checker } from './checker.ts';

/** Maximum of output values that are kept for a later check. */
const MAX_KEPT = 2 ** 20;

export type Caller = {
  /** Runs the next input. */
  call(): Promise<void>;
  /** Checks the kept outputs where they are many. To be called outside the clock. */
  between(): Promise<void>;
  /** Checks all kept outputs. */
  check(): Promise<void>;
  latest(): ArrayLike<number>;
  /** Number of stale outputs among those checked: see answers.ts. */
  stale(): number;
};

/**
 * Calls the session, cycling through the inputs, and keeps the outputs for a later check. Holding the truths and
 * comparing during the measurement would disturb it.
 */
export function caller(
  session: Session,
  inputs: readonly Float32Array[],
  truths: () => Promise<Truths>,
  logits: Checker,
): Caller {
  const prepared = inputs.map((input) => session.prepare(input));
  const given = answers(logits);
  let next = 0;
  let latest: ArrayLike<number> = [];
  let unchecked: { input: number; output: ArrayLike<number> }[] = [];
  const check = async () => {
    const known = await truths();
    for (const { input, output } of unchecked) given.check(input, output, known);
    unchecked = [];
  };
  return {
    async call() {
      const output = await session.run(prepared[next] as Float32Array);
      latest = output;
      unchecked.push({ input: next, output });
      next = (next + 1) % prepared.length;
    },
    async between() {
      if (unchecked.length * Math.max(1, latest.length) > MAX_KEPT) await check();
    },
    check,
    latest: () => latest,
    stale: given.stale,
  };
}
