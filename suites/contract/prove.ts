import type { Truths } from '../../reference/truthfile.ts';
import type { Placement } from '../record/placement.ts';
import { tap } from './abilities.ts';
import type { Backend, OpenOptions, Session } from './backend.ts';
import { type Checker, checker } from './checker.ts';

/** Where the nodes run, by a session that is opened to tell. */
export async function prove(backend: Backend, options: OpenOptions, input: Float32Array): Promise<Placement> {
  const session = await backend.open(options);
  try {
    // TF.js tells its kernels of a tapped run only.
    await tap(session, session.prepare(input));
    return await session.placement();
  } finally {
    await session.close();
  }
}

/** Where the nodes ran, and the comparison of each tapped stage with its truth. */
export type Inspected = { readonly placement: Placement; readonly taps: readonly Checker[] };

/**
 * Proves the placement with an inspected session, and taps its stages where an input is given. Where any session returns
 * the taps, that which is open already is used again.
 */
export async function inspect(
  { backend, session: measured }: { readonly backend: Backend; readonly session: Session },
  options: OpenOptions,
  input: Float32Array | undefined,
  truths: Truths,
): Promise<Inspected> {
  const reuse = !options.exposed;
  const session = reuse ? measured : await backend.open(options);
  try {
    const taps: Checker[] = [];
    if (input !== undefined)
      for (const [stage, output] of await tap(session, session.prepare(input))) {
        const truth = truths[0]?.get(stage);
        const check = checker(stage, undefined);
        if (truth !== undefined) check.check(output, truth);
        taps.push(check);
      }
    return { placement: await session.placement(), taps };
  } finally {
    if (!reuse) await session.close();
  }
}
