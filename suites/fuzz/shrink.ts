import type { FuzzNetwork } from '../contract/play.ts';
import { smaller, steps, textOf } from './smaller.ts';

/** Which of the networks show the defect, in order. */
export type Fails = (candidates: readonly FuzzNetwork[]) => Promise<readonly boolean[]>;

/** How many networks are tried in all, and at once; and whether there is still time. */
export type Effort = { readonly tries: number; readonly atOnce: number; inTime(): boolean };

/** A network that was shrunk, and whether nothing one step smaller shows the defect. */
export type Shrunk = { readonly network: FuzzNetwork; readonly minimal: boolean };

/**
 * Makes a network smaller while the defect remains: of the networks that are one step smaller, the smallest first, the
 * first that shows it, until none does.
 */
export async function shrink(network: FuzzNetwork, fails: Fails, { tries, atOnce, inTime }: Effort): Promise<Shrunk> {
  const tried = new Set<string>();
  let smallest = network;
  for (;;) {
    const candidates = smaller(smallest, steps(smallest)).filter((one) => !tried.has(textOf(one)));
    let found: FuzzNetwork | undefined;
    for (let from = 0; from < candidates.length && found === undefined; from += atOnce) {
      if (tried.size >= tries || !inTime()) return { network: smallest, minimal: false };
      const some = candidates.slice(from, from + atOnce);
      const failed = await fails(some);
      for (const one of some) tried.add(textOf(one));
      found = some.find((_, index) => failed[index]);
    }
    if (found === undefined) return { network: smallest, minimal: true };
    smallest = found;
  }
}
