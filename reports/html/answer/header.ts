import type { Run } from '../../../suites/record/record.ts';
import { count, when } from '../../../suites/stats/format.ts';
import { findSuite } from '../../../suites/suites.ts';
import type { Comparison } from '../../compare/compare.ts';
import { adviceOf, knownText } from '../../table/answers.ts';
import { STATUSES } from '../../table/status.ts';
import type { Table } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, type Page } from '../kit/parts.ts';
import { notices, softwareLine } from './notices.ts';
import { verdictOf } from './since.ts';

/** Networks at a size that suites were run on: chains of one kernel, which gauge a device, are none. */
const networksOf = ({ sessions }: Table): number =>
  new Set(
    sessions
      .filter(({ rows }) => rows.some(({ cell }) => findSuite(cell.suite)?.of !== 'kernels'))
      .map(({ subject }) => subject),
  ).size;

/** The browser's name, as of the run. */
export const browserOf = ({ header }: Run): string => header.environment.browser?.name ?? 'a browser';

/** Where and when it ran, in a line. */
function where({ header }: Run): string {
  const { environment: e } = header;
  return [
    when(header.started),
    `${e.cpu}, ${count(e.cores, 'core')}`,
    `Node ${e.node}`,
    ...(e.browser === null ? [] : [`${e.browser.name} ${e.browser.version}`]),
    `profile ${header.profile}`,
  ].join(' · ');
}

/** What was run where, how it ended, and what changed: what a reader sees first. */
export function pageHeader({ table }: Page, comparison: Comparison | undefined): Markup {
  const counts = [...STATUSES].reverse().flatMap((status) => {
    const n = table.rows.filter((row) => row.status === status).length;
    const text = html`<b>${n}</b> ${badge(status)}`;
    return n > 0 ? [status === 'ok' ? html`<span>${text}</span>` : html`<a href="#problems">${text}</a>`] : [];
  });
  const known = knownText(table);
  return html`<header>
<h1>ResNet bench: ${count(networksOf(table), 'network')} (by input size) × ${count(table.backends.length, 'backend')}</h1>
<p class="soft">${where(table.run)}</p>
<p class="verdict"><span><b>${table.rows.length}</b> ${table.rows.length === 1 ? 'cell' : 'cells'}</span>${counts}${known === undefined ? '' : html`<span class="soft">${known}</span>`}</p>
${comparison === undefined ? '' : verdictOf(comparison)}
${adviceOf(table).map((text) => html`<p><strong>${text}</strong></p>`)}
${softwareLine(table)}
${notices(table)}
</header>`;
}
