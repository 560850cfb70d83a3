import type { Suspected } from './examine.ts';
import { reasonKey, signatureOf } from './key.ts';
import { costOf } from './smaller.ts';

/** Examinations of failures that look alike, at most, and at most after each of which found something new. */
const MOST_ALIKE = 2;
const MOST_NEW = 8;

/** Failures that look alike. */
type Alike = { waiting: Suspected[]; examined: number; news: boolean };

/** Failures that wait to be examined, those of which fewest alike were examined first. */
export type FailureQueue = {
  add(suspected: Suspected): void;
  /** The next to examine; undefined where there is none. Call `done` with whether it was new. */
  next(): { readonly suspected: Suspected; done(isNew: boolean): void } | undefined;
  /** Failures that were not examined, since enough alike were, or the time was up: what they look like, and how many. */
  rest(): ReadonlyMap<string, number>;
};

const lookOf = ({ failing, network }: Suspected): string =>
  failing.kind === 'wrong' ? signatureOf(network) : reasonKey(failing.reason);

export function queue(): FailureQueue {
  const groups = new Map<string, Alike>();
  const open = ({ examined, news, waiting }: Alike) =>
    waiting.length > 0 && (examined < MOST_ALIKE || (news && examined < MOST_NEW));
  return {
    add(suspected) {
      const look = lookOf(suspected);
      const group = groups.get(look) ?? { waiting: [], examined: 0, news: false };
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
    rest: () =>
      new Map([...groups].flatMap(([look, { waiting }]) => (waiting.length > 0 ? [[look, waiting.length]] : []))),
  };
}
