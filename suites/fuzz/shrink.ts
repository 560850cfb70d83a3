import type { FuzzNetwork } from '../contract/play.ts';
import { merge } from './merge.ts';
import { smaller, steps, textOf } from './smaller.ts';

/** For each network, in order: itself, with these or other values, where it shows the defect so; else undefined. */
export type Fails = (candidates: readonly FuzzNetwork[]) => Promise<readonly (FuzzNetwork | undefined)[]>;

/** How many networks are tried in all, and at once; and whether there is still time. */
export type Effort = { readonly tries: number; readonly atOnce: number; inTime(): boolean };

/** A network that was shrunk, and whether nothing one step smaller shows the defect. */
export type Shrunk = { readonly network: FuzzNetwork; readonly minimal: boolean };

/** The first network, then ever smaller ones that have what the next ones lack too. */
function joined(networks: readonly FuzzNetwork[]): FuzzNetwork[] {
  let [last] = networks;
  const found: FuzzNetwork[] = [];
  for (const next of networks.slice(1)) {
    const less = last && merge(last, next);
    if (less !== undefined) found.push(less);
    last = less ?? last;
  }
  return found;
}

/**
 * Makes a network smaller while the defect remains: of the networks that are one step smaller, the smallest first, the
 * first that shows it, until none does. Steps that show it each are then tried together.
 */
export async function shrink(network: FuzzNetwork, fails: Fails, { tries, atOnce, inTime }: Effort): Promise<Shrunk> {
  const tried = new Set<string>();
  const failing = async (candidates: readonly FuzzNetwork[]) => {
    for (const one of candidates) tried.add(textOf(one));
    return (await fails(candidates)).filter((one) => one !== undefined);
  };
  const untried = (than: FuzzNetwork, candidates: Iterable<FuzzNetwork>) =>
    smaller(than, candidates).filter((one) => !tried.has(textOf(one)));
  let smallest = network;
  for (;;) {
    const candidates = untried(smallest, steps(smallest));
    let found: FuzzNetwork[] = [];
    for (let from = 0; from < candidates.length && found.length === 0; from += atOnce) {
      if (tried.size >= tries || !inTime()) return { network: smallest, minimal: false };
      found = await failing(candidates.slice(from, from + atOnce));
    }
    const [best] = found;
    if (best === undefined) return { network: smallest, minimal: true };
    smallest = best;
    const together = untried(best, joined(found)).slice(0, atOnce);
    if (together.length > 0 && inTime()) smallest = (await failing(together))[0] ?? best;
  }
}
