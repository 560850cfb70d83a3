import { type ResidentCalls, type Session, unsupported } from './backend.ts';

// Optional abilities of a session, and the defaults for sessions without them.

/**
 * Calls whose input and output stay on the session's device. Throws `unsupported(…)` where the session has no such
 * calls.
 */
export async function bind(session: Session, inputs: readonly Float32Array[]): Promise<ResidentCalls> {
  const calls = await session.bind?.(inputs);
  if (calls !== undefined) return calls;
  throw unsupported(
    session.unbound ?? 'this backend keeps no tensors on its device between calls',
    'none on this backend: the suite latency times its calls including their copies',
  );
}

/** Values of the stages, in NCHW, after one run; empty for a session without taps. */
export const tap = async (session: Session, input: Float32Array): Promise<ReadonlyMap<string, ArrayLike<number>>> =>
  (await session.tap?.(input)) ?? new Map();

/** Bytes of live tensors, null where the runtime does not report them. */
export const tensorBytes = (session: Session): number | null => session.tensors?.() ?? null;
