import type { Header } from './header.ts';

/** A part of the environment that differs between two runs. `machine`: times of the two cannot be compared. */
export type ChangedPart = {
  readonly part: string;
  readonly base: string;
  readonly head: string;
  readonly machine: boolean;
};

/**
 * Parts of the machine: where one differs, times cannot be compared. Software may differ, since two versions are often
 * what is compared.
 */
export const MACHINE: readonly string[] = ['cpu', 'cores', 'gpu'];

/** Shown for a part that a header does not have. */
export const NOTHING = 'not reported';

/** A part of a header's fingerprint. Its own only: a name in a file may be that of an inherited property. */
export const partOf = ({ fingerprint: { parts } }: Header, part: string): string =>
  (Object.hasOwn(parts, part) ? parts[part] : undefined) ?? NOTHING;

/** The differences between the fingerprints of two runs. Of lists such as packages, only the entries that differ. */
export function partsThatDiffer(base: Header, head: Header): ChangedPart[] {
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
