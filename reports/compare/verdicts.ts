import { type ChangeVerdict, OPPOSITES } from '../../suites/contract/change.ts';

/** What is worse in the head, in the order of reports. */
const WORSE: readonly ChangeVerdict[] = [
  ...(['lost', 'broken', 'suspect', 'slower', 'less accurate', 'less covered', 'leaks more'] as const),
  ...(['larger error', 'less repeatable', 'more caching', 'more memory', 'more compiled', 'larger files'] as const),
];

/** What is better. */
const BETTER: readonly ChangeVerdict[] = [
  'mended',
  ...OPPOSITES.map(([worse, better]) => betterOf(worse, better)),
  'new',
];

/** The better one of two opposites, whichever of them is written first. */
function betterOf(one: ChangeVerdict, other: ChangeVerdict): ChangeVerdict {
  return WORSE.includes(one) ? other : one;
}

/** Every verdict, those that matter most first. */
export const VERDICTS: readonly ChangeVerdict[] = [
  ...WORSE,
  ...(['new failure', 'placement moved', 'vanished', 'other failure'] as const),
  ...BETTER,
  ...(['unsure', 'same'] as const),
];

export const isBetter = (verdict: ChangeVerdict): boolean => BETTER.includes(verdict);

/** What makes a comparison fail where the user does not say. */
export const FAILING: readonly ChangeVerdict[] = [
  ...(['lost', 'broken', 'suspect', 'slower', 'less accurate', 'less covered', 'leaks more'] as const),
];
