import type { Run } from '../../../suites/record/record.ts';
import { runText } from '../../../suites/record/run-text.ts';
import { badgeOf, renderBadge } from '../../badge.ts';
import { csvOf } from '../../csv.ts';
import { renderJson } from '../../json.ts';
import { markdownSummary } from '../../markdown-summary.ts';
import { withScenarios } from '../../table/scenarios.ts';
import type { Table } from '../../table/table.ts';
import { DIGITS } from '../data.ts';

/** A file that a page can make of its run. */
export type PageFile = {
  readonly id: string;
  /** What the button says. */
  readonly title: string;
  readonly ending: string;
  readonly type: string;
  /** The text of the file; `shown` is what the filter lets pass. Undefined where there is nothing to tell. */
  text(run: Run, shown: Table): string | undefined;
};

/** The run as a file, which says that its numbers are a page's. */
const pageRun = (run: Run): string => runText({ ...run, header: { ...run.header, digits: DIGITS } });

/** What a page can save. */
export const FILES: readonly PageFile[] = [
  { id: 'run', title: 'Run file', ending: '.page.jsonl', type: 'application/x-ndjson', text: pageRun },
  { id: 'csv', title: 'CSV', ending: '.csv', type: 'text/csv', text: (_, shown) => csvOf(shown) },
  {
    id: 'json',
    title: 'JSON',
    ending: '.json',
    type: 'application/json',
    text: (_, shown) => `${renderJson(withScenarios(shown))}\n`,
  },
  {
    id: 'markdown',
    title: 'Markdown table',
    ending: '.md',
    type: 'text/markdown',
    text: (_, shown) => markdownSummary(shown),
  },
  {
    id: 'badge',
    title: 'Badge (SVG)',
    ending: '.svg',
    type: 'image/svg+xml',
    text(_, shown) {
      const badge = badgeOf(shown, '*');
      return badge && renderBadge(badge);
    },
  },
];

/** What a file of the run is called, without its ending: `bench-2026-01-02T03-04-05`, as its run file was. */
export const nameOf = ({ header }: Run): string => `bench-${header.started.slice(0, 19).replaceAll(':', '-')}`;
