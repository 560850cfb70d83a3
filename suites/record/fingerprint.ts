import type { Header } from './header.ts';

/** A part of the environment in which two runs differ. `machine`: times of the two cannot be compared. */
export type Part = { readonly part: string; readonly base: string; readonly head: string; readonly machine: boolean };

/** Parts without which times mean something else. Software may differ: that is what one may want to compare. */
const MACHINE = ['cpu', 'cores', 'gpu'];

/** What stands for a part that a header does not have. */
export const NOTHING = 'not told';

/** What differs between the fingerprints of two runs; of lists such as packages, only the entries that do. */
export function partsThatDiffer(base: Header, head: Header): Part[] {
  const [a, b] = [base.fingerprint.parts, head.fingerprint.parts];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((part) => {
    const [before, after] = [a[part] ?? NOTHING, b[part] ?? NOTHING];
    if (before === after) return [];
    const entries = (text: string, other: string) => {
      const known = new Set(other.split(', '));
      return (
        text
          .split(', ')
          .filter((entry) => !known.has(entry))
          .join(', ') || 'none'
      );
    };
    return [{ part, base: entries(before, after), head: entries(after, before), machine: MACHINE.includes(part) }];
  });
}
