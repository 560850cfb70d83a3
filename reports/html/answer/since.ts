import { grouped } from '../../../reference/collect.ts';
import { count } from '../../../suites/stats/format.ts';
import type { Change, Comparison } from '../../compare/compare.ts';
import { metricText, ratioText, totals } from '../../compare/comparison-text.ts';
import { conclude } from '../../compare/conclusion.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';
import { verdictBadge } from '../kit/verdict.ts';

/** Lines that are shown at once. Where cells need more, those of one backend with one reason share a line. */
const MOST = 6;

type Failing = Comparison['rules']['failOn'];

/** What went wrong in a cell: its main verdict, or the one that makes the comparison fail. */
const failureOf = ({ verdict, findings }: Change, failing: Failing): Change['verdict'] =>
  failing.includes(verdict) ? verdict : (findings.find((one) => failing.includes(one.verdict))?.verdict ?? verdict);

const figuresOf = (one: Change): string => [ratioText(one) || one.figures, one.detail].filter(Boolean).join(': ');

const line = (one: Change, failing: Failing): Markup =>
  html`<li>${verdictBadge(failureOf(one, failing), failing)} ${cellLink(one.id, one.id)} ${figuresOf(one)}</li>`;

/** `4 slower on ort-web/wasm: latency resnet18…, …`: cells that share a backend, a verdict and, where no time moved, a reason. */
function groupLine(members: readonly Change[], failing: Failing): Markup {
  const [first] = members;
  if (first === undefined || members.length === 1) return html`${members.map((one) => line(one, failing))}`;
  const ratios = members.flatMap(({ ratio }) => ratio?.ratio ?? []);
  const range =
    ratios.length === 0
      ? [first.figures, first.detail].filter(Boolean).join(': ')
      : `×${Math.min(...ratios).toFixed(2)} to ×${Math.max(...ratios).toFixed(2)}`;
  const links = members
    .slice(0, MOST)
    .map(({ id, cell }, i) => html`${i > 0 ? ', ' : ''}${cellLink(id, `${cell.suite} ${cell.model}`)}`);
  const more = members.length - MOST;
  return html`<li>${verdictBadge(failureOf(first, failing), failing)} <b>${count(members.length, 'cell')}</b> on ${first.cell.backend}: ${range} <span class="small">(${links}${more > 0 ? ` and ${more} more` : ''})</span></li>`;
}

function lines(failing: readonly Change[], failOn: Failing): Markup[] {
  if (failing.length <= MOST) return failing.map((one) => line(one, failOn));
  const groups = grouped(failing, (one) =>
    JSON.stringify([failureOf(one, failOn), one.cell.backend, ...(one.ratio ? [] : [one.figures, one.detail])]),
  );
  return [...groups.values()].map((members) => groupLine(members, failOn));
}

/** What regressed since the baseline: cell by cell, or by backend where that is much, and whole backends. */
export function verdictOf(comparison: Comparison): Markup {
  const { regressed, text } = conclude(comparison);
  const { failOn } = comparison.rules;
  const failing = comparison.changes.filter(({ findings }) => findings.some(({ verdict }) => failOn.includes(verdict)));
  const means = comparison.backends.filter(({ verdict }) => failOn.includes(verdict));
  const all = [
    ...lines(failing, failOn),
    ...means.map(
      (one) =>
        html`<li>${verdictBadge(one.verdict, failOn)} ${one.backend}, geometric mean of ${metricText(one.metric)} over ${count(one.cells, 'cell')}: ${ratioText(one)}</li>`,
    ),
  ];
  const [first, rest] = [all.slice(0, 2 * MOST), all.slice(2 * MOST)];
  return html`<div class="since${regressed ? ' bad' : ''}"><p><strong>Since the baseline: ${text}</strong> <a href="#comparison">${totals(comparison)}</a></p>${
    all.length === 0
      ? ''
      : html`<ul>${first}${rest.length > 0 ? html`<li><a href="#comparison">and ${rest.length} more</a></li>` : ''}</ul>`
  }</div>`;
}
