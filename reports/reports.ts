import type { NightReport } from '../suites/nightly/report.ts';
import type { Run } from '../suites/record/record.ts';
import type { Comparison } from './compare/compare.ts';
import { renderCsv } from './csv.ts';
import { renderHtml } from './html/html.ts';

/**
 * A pure function of a run to the text of a file; a comparison of the run with a baseline, and the history that it is a
 * night of, are part of it where given.
 */
export interface Report {
  readonly id: string;
  /** Of its file, with the dot. */
  readonly extension: string;
  render(run: Run, comparison?: Comparison, night?: NightReport): string;
}

/** Every report that is a file; the terminal's table takes a width and is in terminal.ts. */
export const REPORTS: readonly Report[] = [
  { id: 'html', extension: '.html', render: renderHtml },
  { id: 'csv', extension: '.csv', render: renderCsv },
];
