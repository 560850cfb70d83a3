/** What became of a cell from one run to another. */
export type ChangeVerdict =
  | ('broken' | 'slower' | 'less accurate' | 'vanished')
  | ('mended' | 'faster' | 'more accurate' | 'new')
  | ('more memory' | 'less memory' | 'error moved')
  | ('unsure' | 'same');

/** A verdict, the figures of base and head as text, and why it is that or what to do. */
export type ChangeFinding = {
  readonly verdict: ChangeVerdict;
  readonly figures: string;
  readonly detail: string;
};

/** Milliseconds of each round, and how finely the clock tells them, relative to them. */
export type RoundTimes = { readonly times: readonly number[]; readonly resolution: number };

/**
 * What two runs of a cell are compared by. `times` wait for the times of all other cells, since many comparisons need
 * a common threshold. `figures` are told apart by the suite; undefined ones where a side has none.
 */
export type Change<F> =
  | { readonly by: 'times'; timesOf(figures: F): RoundTimes }
  | {
      readonly by: 'figures';
      /** Whether figures of two machines can be compared. */
      readonly acrossMachines: boolean;
      find(base: F | undefined, head: F | undefined): ChangeFinding;
    };

export const changed = (verdict: ChangeVerdict, figures: string, detail: string): ChangeFinding => ({
  verdict,
  figures,
  detail,
});
