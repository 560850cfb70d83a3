import { ratio } from '../../../suites/stats/format.ts';
import { findSuite, SUITES } from '../../../suites/suites.ts';
import { against, agreementsOf, agreementText, type BackendAgreement, widest } from '../../table/agreement.ts';
import { legend } from '../kit/chart.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, empty, type Page, swatch } from '../kit/parts.ts';
import type { Section } from '../kit/section.ts';

/** A pair of outputs: bit-identical, so far apart, or contradicting each other. */
function cell(agreement: BackendAgreement, row: number, column: number): Markup {
  if (row === column) return html`<td class="n self">·</td>`;
  if (agreement.identical.some((group) => group.includes(row) && group.includes(column)))
    return html`<td class="n"><abbr title="bit-identical">=</abbr></td>`;
  const distance = agreement.distances[row]?.[column] ?? Number.NaN;
  const text = distance < 1000 ? ratio(distance) : distance === Infinity ? '∞' : distance.toExponential(0);
  if (distance > 1) return html`<td class="n"><span class="s s-wrong" data-sign="✗">${text}</span></td>`;
  return html`<td class="n">${text}</td>`;
}

function matrix(agreement: BackendAgreement, palette: Page['palette']): Markup {
  const { members, subject } = agreement;
  const heads = members.map(
    ({ backend }, i) => html`<th scope="col" class="n"><abbr title="${backend}">${i + 1}</abbr></th>`,
  );
  const lines = members.map(
    ({ backend, status }, i) => html`<tr><th scope="row">${swatch(palette(backend))}${i + 1} ${backend}</th>
<td>${badge(status)}</td><td class="n">${against(agreement, i)}</td>${members.map((_, j) => cell(agreement, i, j))}</tr>\n`,
  );
  return html`<div class="scroll"><table class="matrix agreement"><caption>Distances between the outputs of ${subject.label}, as multiples of the sum of both bounds</caption>
<thead><tr><th scope="col">Output of</th><th scope="col">Status</th><th scope="col" class="n">Against</th>${heads}</tr></thead>
<tbody>${lines}</tbody></table></div>`;
}

/** What a agreement comes to, in sentences. */
const summary = (agreement: BackendAgreement): Markup =>
  html`<p>${agreementText(agreement)}. Outputs that agree differ by at most ${ratio(widest(agreement))}.</p>`;

/** Every backend's output beside every other's. */
function agreementSection({ table, palette }: Page): Markup {
  const agreements = agreementsOf(table);
  const rows = table.rows.filter((row) => findSuite(row.cell.suite)?.logits);
  if (agreements.length === 0)
    return empty(rows, 'Agreement between backends was', SUITES.find(({ logits }) => logits)?.id ?? '');
  return html`<p>The logits of each backend’s first call, on the same network and input, compared pair by pair without the reference.</p>
${legend([
  html`<span><b>0.31</b> largest |a − b| ÷ (bound of a + bound of b) over the logits, no unit</span>`,
  html`<span><b>=</b> bit-identical</span>`,
  html`<span><span class="s s-wrong" data-sign="✗">1.7</span> above 1: the outputs contradict each other, so at least one is wrong</span>`,
  html`<span><b>Against</b> number of backends that contradict it</span>`,
])}
${agreements.map((agreement) => html`<figure class="wide"><h3>${agreement.subject.label}</h3>${summary(agreement)}${matrix(agreement, palette)}</figure>`)}
<p class="small soft">Two outputs within their bounds are at most 1 apart, whatever the truth is. Bit-identical outputs come from the same kernels, or from kernels that round in the same order, so they are not independent evidence.</p>`;
}

export const agreement: Section = {
  id: 'agreement',
  title: 'Agreement between backends',
  has: ({ table }) => agreementsOf(table).length > 0,
  render: agreementSection,
};
