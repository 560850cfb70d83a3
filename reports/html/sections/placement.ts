import type { Features, Placement } from '../../../suites/record/placement.ts';
import { count, NONE } from '../../../suites/stats/format.ts';
import type { SessionRows, Table } from '../../table/table.ts';
import { type Content, html, type Markup } from '../kit/markup.ts';
import { amount, badge, type Column, dataTable, facts, name, type Page, prose, roomy } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

type Line = { readonly session: SessionRows; readonly placement: Placement };

/** The distinct placements of a session's rows. */
function lines(session: SessionRows): Line[] {
  const placements = session.rows.flatMap((row) => row.placements);
  return [...new Map(placements.map((one) => [JSON.stringify(one), one])).values()].map((placement) => ({
    session,
    placement,
  }));
}

const nodes = (placement: Placement): Content => {
  const counts = Object.entries(placement.nodes);
  if (counts.length === 0) return 'not reported';
  return roomy(counts.map(([provider, n]) => `${n} ${provider}`).join(', '));
};

/** What is told of an adapter beside its description, part by part. */
const adapter = (placement: Placement): Content => {
  if (placement.adapter === undefined) return NONE;
  const { description, software, ...parts } = placement.adapter;
  const told = Object.entries(parts).flatMap(([part, word]) => (word === null ? [] : `${part} ${word}`));
  const more = told.length > 0 ? html` <span class="soft">${told.join(' · ')}</span>` : '';
  return roomy(html`${description}${software ? html` <strong>(software)</strong>` : ''}${more}`);
};

const FEATURES: readonly (readonly [keyof Features, string])[] = [
  ['simd', 'SIMD'],
  ['jspi', 'JSPI'],
  ['float16', 'float16'],
  ['crossOriginIsolated', 'Isolated'],
  ['tf32', 'TF32'],
];

const feature = ([key, title]: (typeof FEATURES)[number]): Column<Line> =>
  name(title, ({ placement }) => {
    const on = placement.features?.[key] ?? null;
    return on === null ? NONE : on ? 'yes' : 'no';
  });

/** How many sessions fell back, their nodes on other providers, and copies between devices, in a sentence. */
function totals({ sessions }: Table): string {
  const placed = sessions
    .map(({ rows }) => rows.flatMap(({ placements }) => placements))
    .filter(({ length }) => length);
  const elsewhere = sessions.filter(({ rows }) => rows.some(({ status }) => status === 'fallback'));
  const sum = (key: 'fallbacks' | 'copies') =>
    placed.reduce((total, placements) => total + Math.max(0, ...placements.map((one) => one[key] ?? 0)), 0);
  return `${elsewhere.length} of ${count(placed.length, 'session')} fell back: ${count(sum('fallbacks'), 'node')} ran on another provider than requested, and ${count(sum('copies'), 'device copy', 'device copies')} ${sum('copies') === 1 ? 'was' : 'were'} inserted.`;
}

const COLUMNS: readonly Column<Line>[] = [
  name('Ran on', ({ placement }) => placement.device),
  name('Numerics', ({ placement }) => placement.numerics ?? NONE),
  prose('Nodes by provider or kernel', ({ placement }) => nodes(placement)),
  amount('Elsewhere', ({ placement }) => placement.fallbacks),
  amount('Copies', ({ placement }) => placement.copies),
  prose('Proof', ({ placement }) => placement.proof),
  prose('Adapter', ({ placement }) => adapter(placement)),
  name('Threads (requested)', ({ placement }) =>
    placement.threads ? `${placement.threads.got} (${placement.threads.asked})` : NONE,
  ),
  ...FEATURES.map(feature),
  prose('Notes', ({ placement }) => placement.notes.join('; ')),
];

/** Where each session really ran, and how that is known. */
function placementSection({ table }: Page): Markup {
  const all = table.sessions.flatMap(lines);
  const without = table.sessions.filter((session) => lines(session).length === 0);
  const body =
    all.length === 0
      ? html`<p class="empty">${table.sessions.length === 0 ? 'No session was planned.' : 'No session ran.'} To run them: <code class="copy">npm run bench</code></p>`
      : html`<p>${totals(table)}</p>${dataTable<Line>(
          [
            name(
              'Backend and network',
              ({ session }) => html`${session.backend} <span class="soft of">${session.subject.label}</span>`,
            ),
            name('Status', ({ session }) => badge(session.status)),
            ...COLUMNS,
          ],
          all,
        )}${without.length === 0 ? '' : html`<p class="small soft">${count(without.length, 'session')} did not run, on ${[...new Set(without.map(({ backend }) => backend))].join(', ')}. <a href="#problems">Why, and what would help</a></p>`}`;
  return html`<p>The device that computed, with its proof, for every network and backend. Rows that requested a GPU but ran elsewhere, fully or in part, are marked <em>fallback</em>.</p>${body}
<p class="small soft">Elsewhere: nodes on another provider than requested. Copies: device copies, which ONNX Runtime inserts around such nodes and counts among them; TF.js reports neither. SIMD and JSPI: features of the loaded WebAssembly, from its file name. Float16: the WebGPU adapter has shader-f16. Isolated: the page may share memory between threads. TF32: cuBLAS and cuDNN may round factors to TF32. ${NONE}: not reported, or not applicable to this device.</p>`;
}

export const placement: Section = {
  id: 'placement',
  title: 'Placement',
  has: ({ table }) => table.rows.some(({ placements }) => placements.length > 0),
  render: placementSection,
  cell: ({ table }) => table.sessions.flatMap(lines).map((line) => facts(COLUMNS, line)),
};
