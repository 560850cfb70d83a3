import { minimum } from '../../../reference/collect.ts';
import { number } from '../../../suites/stats/format.ts';
import { sessionsOf } from '../../table/lookup.ts';
import { type RowStatus, STATUSES } from '../../table/status.ts';
import { problemsOf, type Row, type SessionRows, type Table, timesOfSession } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, type Page, problemAnchor, sessionAnchor, swatch } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

/** Where a session's details are: its first problem of its own status, else its placement. */
function target(table: Table, problems: Problems, session: SessionRows): string {
  const problem = minimum(session.rows.map((row) => problems.get(session.status)?.get(row) ?? Infinity));
  return problem < Infinity ? problemAnchor(problem) : sessionAnchor(table, session);
}

/** The first problem of each row, by its status. */
type Problems = ReadonlyMap<RowStatus, ReadonlyMap<Row, number>>;

function firstProblems(table: Table): Problems {
  const first = new Map(STATUSES.map((status) => [status, new Map<Row, number>()]));
  for (const [i, { status, rows }] of problemsOf(table).entries())
    for (const row of rows) if (!first.get(status)?.has(row)) first.get(status)?.set(row, i);
  return first;
}

function cell(table: Table, problems: Problems, session: SessionRows | undefined): Markup {
  if (session === undefined) return html`<td class="soft">not requested</td>`;
  const latency = timesOfSession(session);
  const figure = latency
    ? html`<span class="v">${number(latency.median)}</span> <span class="soft">ms${latency.few ? '*' : ''}</span> `
    : '';
  const signed =
    session.status === 'ok' && latency
      ? html`<span class="s s-ok" data-sign="✓" title="ok"></span>`
      : badge(session.status);
  return html`<td><a href="#${target(table, problems, session)}">${figure}${signed}</a></td>`;
}

/** Every backend and network at a glance: the worst status of its cases, and its median latency. */
function matrixSection({ table, palette }: Page): Markup {
  if (table.sessions.length === 0)
    return html`<p class="empty">No cells were planned in this run. To list what can run: <code class="copy">npm run list</code>; to run it: <code class="copy">npm run bench</code></p>`;
  const head = table.subjects.map(({ label }) => {
    const [model, ...rest] = label.split(' · ');
    return html`<th scope="col">${model}<span>${rest.join(' · ')}</span></th>`;
  });
  const problems = firstProblems(table);
  const sessions = table.subjects.map(
    (subject) => new Map(sessionsOf(table, subject).map((session) => [session.backend, session])),
  );
  const body = table.backends.map((backend) => {
    const cells = sessions.map((of) => cell(table, problems, of.get(backend)));
    return html`<tr><th scope="row">${swatch(palette(backend))}${backend}</th>${cells}</tr>\n`;
  });
  return html`<div class="scroll"><table class="matrix"><thead><tr><th scope="col">Backend</th>${head}</tr></thead><tbody>${body}</tbody></table></div>
<p class="small soft">Median latency of one call, and the worst status among the suites of that network and backend (✓ is ok). * few rounds or samples. Each entry links to its failure or its placement.</p>`;
}

export const summary: Section = { id: 'summary', title: 'Summary', render: matrixSection };
