/** How a cell changed from one run to another. */
export type ChangeVerdict =
  | ('broken' | 'suspect' | 'slower' | 'less accurate' | 'vanished')
  | ('mended' | 'faster' | 'more accurate' | 'new')
  | ('more memory' | 'less memory' | 'error moved')
  | ('unsure' | 'same');

/** A verdict, the figures of base and head as text, and a note: the reason, or what to do. */
export type ChangeFinding = {
  readonly verdict: ChangeVerdict;
  readonly figures: string;
  readonly detail: string;
};

/** Milliseconds of each round, and the clock resolution as a share of them. */
export type RoundTimes = { readonly times: readonly number[]; readonly resolution: number };

/**
 * How two runs of a cell are compared. `times`: together with the times of all other cells, since many comparisons need
 * a common threshold. `figures`: by the suite itself; undefined for a run without figures.
 */
export type Change<F> =
  | { readonly by: 'times'; timesOf(figures: F): RoundTimes }
  | {
      readonly by: 'figures';
      /** Whether figures of different machines can be compared. */
      readonly acrossMachines: boolean;
      find(base: F | undefined, head: F | undefined): ChangeFinding;
    };

export const changed = (verdict: ChangeVerdict, figures: string, detail: string): ChangeFinding => ({
  verdict,
  figures,
  detail,
});
