import type { Known, Suspected } from './examine.ts';
import { reasonKey, signatureOf } from './key.ts';
import { costOf } from './smaller.ts';

/** Examinations of failures that look alike, at most, and at most after each of which found something new. */
const MOST_ALIKE = 2;
const MOST_NEW = 8;

/** Failures that look alike. */
type Alike = { readonly known: boolean; waiting: Suspected[]; examined: number; news: boolean };

/** How many failures were not examined: those that known defects explain by these, others by what they look like. */
export type Rest = {
  readonly known: ReadonlyMap<string, number>;
  readonly unexamined: ReadonlyMap<string, number>;
};

/** Failures that wait to be examined, those of which fewest alike were examined first. */
export type FailureQueue = {
  add(suspected: Suspected): void;
  /** The next to examine; undefined where there is none. Call `done` with whether it was new. */
  next(): { readonly suspected: Suspected; done(isNew: boolean): void } | undefined;
  /** Failures that were not examined, since enough alike were, or the time was up. */
  rest(): Rest;
};

const lookOf = ({ failing, network }: Suspected): string =>
  failing.kind === 'wrong' ? signatureOf(network) : reasonKey(failing.reason);

export function queue(known: Known): FailureQueue {
  const groups = new Map<string, Alike>();
  const open = ({ known: explained, examined, news, waiting }: Alike) =>
    waiting.length > 0 && (examined < (explained ? 1 : MOST_ALIKE) || (news && !explained && examined < MOST_NEW));
  return {
    add(suspected) {
      const name = known(suspected.network);
      const look = name ?? lookOf(suspected);
      const group = groups.get(look) ?? { known: name !== undefined, waiting: [], examined: 0, news: false };
      group.waiting.push(suspected);
      groups.set(look, group);
    },
    next() {
      const [group] = [...groups.values()].filter(open).sort((a, b) => a.examined - b.examined);
      if (group === undefined) return undefined;
      group.waiting.sort((a, b) => costOf(a.network) - costOf(b.network));
      const suspected = group.waiting.shift();
      if (suspected === undefined) return undefined;
      return {
        suspected,
        done(isNew) {
          group.examined++;
          group.news = isNew;
        },
      };
    },
    rest() {
      const waiting = (explained: boolean) =>
        new Map(
          [...groups].flatMap(([look, group]) =>
            group.known === explained && group.waiting.length > 0 ? [[look, group.waiting.length]] : [],
          ),
        );
      return { known: waiting(true), unexamined: waiting(false) };
    },
  };
}
