import type { Header } from '../../../suites/record/header.ts';
import type { Run } from '../../../suites/record/record.ts';
import { notesOf } from '../../../suites/record/runs.ts';
import { shardText } from '../../../suites/record/shard-fit.ts';
import { count, number, perCent, percent, roundsText, when } from '../../../suites/stats/format.ts';
import { findSuite } from '../../../suites/suites.ts';
import { isBusy, slowed, stolen } from '../../compare/notices.ts';
import { STATUSES } from '../../table/status.ts';
import { impreciseRows, type Table } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, note, type Page } from '../kit/parts.ts';

/** Software adapters, and the backends that ran on each. */
function softwareAdapters(table: Table): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const row of table.rows)
    for (const { adapter, device } of row.placements) {
      if (!adapter?.software) continue;
      const { backend } = row.cell;
      // A name such as ort-web/webgpu says the device already.
      const name = backend.includes(device) ? backend : `${backend} (${device})`;
      found.set(adapter.description, (found.get(adapter.description) ?? new Set()).add(name));
    }
  return found;
}

/** What a reader must know before any figure. */
function notices(table: Table): Markup[] {
  const { damaged, header } = table.run;
  const imprecise = impreciseRows(table);
  const software = [...softwareAdapters(table)].map(([adapter, backends]) =>
    note(
      html`<p><strong>${[...backends].join(', ')} ran on ${adapter}, a software adapter.</strong> No GPU was involved: compare these rows with each other, not with GPUs.</p>`,
    ),
  );
  const unread = [...damaged, ...table.unreadable.map((id) => `not a cell id: ${id}`)];
  return [
    ...software,
    ...(isBusy(header.environment)
      ? [
          note(
            html`<p>The machine was busy when the run began (load ${header.environment.load.toFixed(1)} on ${header.environment.cores} cores). Times may be inflated.</p>`,
          ),
        ]
      : []),
    ...(imprecise.length > 0
      ? [
          note(
            html`<p>${count(imprecise.length, 'timed cell')} did not reach the requested precision of ±${perCent(header.within ?? 0)} %: the budget or the rounds ended first.</p>`,
          ),
        ]
      : []),
    ...(stolen(table.run) > 0
      ? [
          note(
            html`<p>A hypervisor gave ${percent(stolen(table.run))} % of the processors’ time to other guests: times may be inflated, and slow rounds are likely.</p>`,
          ),
        ]
      : []),
    ...notesOf(table.run).map((text) => note(html`<p>${text}</p>`)),
    ...slowed(table.run).map((text) => note(html`<p>During the run ${text}. Times may be inflated.</p>`)),
    ...(unread.length > 0
      ? [
          note(
            html`<p>${count(unread.length, 'line')} of the run file could not be read and ${unread.length === 1 ? 'is' : 'are'} left out:</p><ul>${unread.map((line) => html`<li><code>${line}</code></li>`)}</ul>`,
          ),
        ]
      : []),
  ];
}

/** Networks at a size that suites were run on: chains of one kernel, which gauge a device, are none. */
const networksOf = ({ sessions }: Table): number =>
  new Set(
    sessions
      .filter(({ rows }) => rows.some(({ cell }) => findSuite(cell.suite)?.of !== 'kernels'))
      .map(({ subject }) => subject),
  ).size;

/** What was typed for a run. */
const commandOf = ({ command }: Header): string =>
  ['npm run bench', ...(command.length > 0 ? ['--', ...command] : [])].join(' ');

/** Which part of a larger plan a run is, as text. */
const shardOf = ({ shard }: Header): string =>
  shard === undefined ? '' : `, shard ${shardText(shard)} of a plan of ${count(shard.plan.length, 'cell')}`;

/** What was typed for the run, or for each of the files that it was read from. */
function commands({ header, files }: Run): Markup | Markup[] {
  if (files === undefined) return html`<dt>Command</dt><dd><code class="copy">${commandOf(header)}</code></dd>`;
  return files.map(
    ({ file, header: own }) =>
      html`<dt>File</dt><dd><code>${file}</code>, started ${own.started}, seed ${own.seed}${shardOf(own)}<br><code class="copy">${commandOf(own)}</code></dd>`,
  );
}

/** What was run, how it ended in one line, and how to read the page. */
export function pageHeader({ table }: Page): Markup {
  const { header } = table.run;
  const counts = [...STATUSES].reverse().flatMap((status) => {
    const n = table.rows.filter((row) => row.status === status).length;
    return n > 0 ? [html`<span><b>${n}</b> ${badge(status)}</span>`] : [];
  });
  return html`<header>
<h1>ResNets across JavaScript inference backends</h1>
<p class="soft">${count(networksOf(table), 'network')} (by input size) × ${count(table.backends.length, 'backend')}, ${when(header.started)}, ${header.environment.cpu}</p>
<p class="verdict"><span><b>${table.rows.length}</b> ${table.rows.length === 1 ? 'cell' : 'cells'}</span>${counts}</p>
<p>A cell is one suite run on one network and one backend. Only <em>ok</em> is a pass; figures of other cells are shown hollow or marked.</p>
${notices(table)}
<dl class="facts">
${commands(table.run)}
<dt>Started</dt><dd>${header.started}</dd>
${table.run.resumes.map(({ at, budget, load }) => html`<dt>Resumed</dt><dd>${at}, budget ${number(budget)} s, load ${load.toFixed(2)}</dd>`)}
<dt>Commit</dt><dd>${header.commit === null ? 'not a git checkout' : html`<code>${header.commit}</code>${header.commit.endsWith('+') ? ' (with local changes)' : ''}`}</dd>
<dt>Profile</dt><dd>${header.profile}: ${roundsText(header)}, budget ${number(header.budget)} s${table.run.files === undefined ? `, seed ${header.seed}${shardOf(header)}` : ''}</dd>
${(header.models ?? []).map(
  ({ id, architecture, files }) =>
    html`<dt>${id}</dt><dd>${architecture ?? 'custom network'}${files.map(({ name, sha256 }) => html`<br><code>${name}</code> SHA-256 <code>${sha256}</code>`)}</dd>`,
)}
</dl>
</header>`;
}
