import type { Run } from '../../suites/record/record.ts';
import type { Rules } from '../compare/rules.ts';
import type { HistoryData } from '../nightly/history-data.ts';

/**
 * What a page holds of a run: all of it, of the run that it was compared with, and of its history. Numbers have `DIGITS`
 * digits, and visits have no times. Compressed with gzip, in base64.
 */
export type PageData = {
  readonly run: Run;
  readonly base: { readonly run: Run; readonly rules: Rules } | undefined;
  /** The last nights of its cells, where it is a night of a history. */
  readonly history: HistoryData | undefined;
};

/** The element that holds it. */
export const DATA = 'data';

/**
 * Digits of a number in a page: what lies beyond is noise, of clocks and of binary fractions, which does not
 * compress.
 */
export const DIGITS = 6;
