import { type ResidentCalls, type Session, unsupported } from './backend.ts';

// What not every session can do, and what holds for one that cannot.

/** Calls on inputs that are where the session computes. Throws `unsupported(…)` where it has none. */
export async function bind(session: Session, inputs: readonly Float32Array[]): Promise<ResidentCalls> {
  const calls = await session.bind?.(inputs);
  if (calls !== undefined) return calls;
  throw unsupported(
    session.unbound ?? 'this backend keeps no tensors on its device between calls',
    'none on this backend: latency times its calls with all that they copy',
  );
}

/** Values of the stages, in NCHW, after one run; none of a session without taps. */
export const tap = async (session: Session, input: Float32Array): Promise<ReadonlyMap<string, ArrayLike<number>>> =>
  (await session.tap?.(input)) ?? new Map();

/** Bytes of live tensors, null where the runtime does not report them. */
export const tensorBytes = (session: Session): number | null => session.tensors?.() ?? null;
