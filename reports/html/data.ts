import type { Run } from '../../suites/record/record.ts';
import type { Rules } from '../compare/rules.ts';

/** What a page holds of a run: all of it, and of the run that it was compared with. Numbers have six digits. Compressed with gzip, in base64. */
export type PageData = {
  readonly run: Run;
  readonly base: { readonly run: Run; readonly rules: Rules } | undefined;
};

/** The element that holds it. */
export const DATA = 'data';
