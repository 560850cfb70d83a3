import type { Truths } from '../../reference/truthfile.ts';
import type { Placement } from '../record/placement.ts';
import { tap } from './abilities.ts';
import type { Backend, OpenOptions, Session } from './backend.ts';
import { type Checker, checker } from './checker.ts';

/** Where the nodes run, found out by a session opened for this purpose. */
export async function prove(backend: Backend, options: OpenOptions, input: Float32Array): Promise<Placement> {
  const session = await backend.open(options);
  try {
    // TF.js reports its kernels for a tapped run only.
    await tap(session, session.prepare(input));
    return await session.placement();
  } finally {
    await session.close();
  }
}

/** Where the nodes ran, and the comparison of each tapped stage with its truth. */
export type Inspected = { readonly placement: Placement; readonly taps: readonly Checker[] };

/** An input that is tapped, and the truths of its stages. */
export type TappedInput = { readonly input: Float32Array; readonly truths: Truths[number] };

/**
 * Proves the placement with an inspected session, and taps its stages on the given inputs. Where every session can
 * return taps, the open one is used again.
 */
export async function inspect(
  { backend, session: measured }: { readonly backend: Backend; readonly session: Session },
  options: OpenOptions,
  tapped: readonly TappedInput[],
): Promise<Inspected> {
  const reuse = !options.exposed;
  const session = reuse ? measured : await backend.open(options);
  try {
    const taps = new Map<string, Checker>();
    for (const { input, truths } of tapped)
      for (const [stage, output] of await tap(session, session.prepare(input))) {
        const check = taps.get(stage) ?? checker(stage, undefined);
        const truth = truths.get(stage);
        if (truth !== undefined) check.check(output, truth);
        taps.set(stage, check);
      }
    return { placement: await session.placement(), taps: [...taps.values()] };
  } finally {
    if (!reuse) await session.close();
  }
}
