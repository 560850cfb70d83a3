import { notesOf } from '../../../suites/record/runs.ts';
import { count, perCent, percent } from '../../../suites/stats/format.ts';
import { isBusy, slowed, stolen } from '../../compare/notices.ts';
import { impreciseRows, type Table } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';

/** Backends that ran on a software adapter, in a line. */
export function softwareLine(table: Table): Markup {
  const adapters = new Set<string>();
  const backends = new Set<string>();
  for (const row of table.rows)
    for (const { adapter, device } of row.placements) {
      if (!adapter?.software) continue;
      const { backend } = row.cell;
      adapters.add(adapter.description);
      // A name such as ort-web/webgpu says the device already.
      backends.add(backend.includes(device) ? backend : `${backend} (${device})`);
    }
  if (backends.size === 0) return html``;
  return html`<p class="note" role="note"><strong>On a software adapter, without a GPU: ${[...backends].join(', ')}.</strong> Compare these with each other, not with GPUs. <span class="soft">${[...adapters].join('; ')}</span></p>`;
}

/** What makes figures doubtful, or is missing: each as a line. */
function noticesOf(table: Table): (Markup | string)[] {
  const { run } = table;
  const { damaged, header } = run;
  const imprecise = impreciseRows(table);
  const unread = [...damaged, ...table.unreadable.map((id) => `not a cell id: ${id}`)];
  return [
    ...(isBusy(header.environment)
      ? [
          `The machine was busy when the run began (load ${header.environment.load.toFixed(1)} on ${header.environment.cores} cores). Times may be inflated.`,
        ]
      : []),
    ...(imprecise.length > 0
      ? [
          `${count(imprecise.length, 'timed cell')} did not reach the requested precision of ±${perCent(header.within ?? 0)} %: the budget or the rounds ended first.`,
        ]
      : []),
    ...(stolen(run) > 0
      ? [
          `A hypervisor gave ${percent(stolen(run))} % of the processors’ time to other guests: times may be inflated, and slow rounds are likely.`,
        ]
      : []),
    ...notesOf(run),
    ...slowed(run).map((text) => `During the run ${text}. Times may be inflated.`),
    ...(unread.length > 0
      ? [
          html`${count(unread.length, 'line')} of the run file could not be read and ${unread.length === 1 ? 'is' : 'are'} left out:<ul>${unread.map((one) => html`<li><code>${one}</code></li>`)}</ul>`,
        ]
      : []),
  ];
}

/** One notice as it is, several behind their number. */
export function notices(table: Table): Markup {
  const all = noticesOf(table);
  if (all.length === 0) return html``;
  const list = html`<ul>${all.map((one) => html`<li>${one}</li>`)}</ul>`;
  return html`<details class="note"><summary>${count(all.length, 'notice')} about this run</summary>${list}</details>`;
}
