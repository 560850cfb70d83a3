import { count, NONE } from '../../../suites/stats/format.ts';
import { fastestOn, SAID } from '../../table/answers.ts';
import { bestOf, type Choice, type Host, type Standing } from '../../table/decision.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';
import { type Page, swatch } from '../kit/parts.ts';
import { scoreText } from './score.ts';

/** Networks that are listed. More are found by a filter. */
const MOST = 40;

/** The input size that the network's name carries: the one at which its first best backend ran. */
const usualSize = (choice: Choice): number =>
  (bestOf(choice, 'node')[0] ?? bestOf(choice, 'browser')[0])?.size ?? choice.sizes[0] ?? 0;

function cells(choice: Choice, host: Host, { palette }: Page): Markup {
  const fastest = fastestOn(choice, host);
  if (fastest === undefined) return html`<td class="soft edge" colspan="4">none right and timed</td>`;
  const { best: one, notes } = fastest;
  const size = choice.sizes.length > 1 && one.size !== usualSize(choice) ? ` at ${one.size}×${one.size}` : '';
  const note = `${size}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
  return html`<td class="name edge">${swatch(palette(one.backend))}<b>${nameLink(one)}</b>${note === '' ? '' : html`<span class="soft small">${note}</span>`}</td>${SAID.map(
    (criterion) => {
      const score = one.scores.get(criterion.id);
      return html`<td class="n">${score ? cellLink(score.row.id, scoreText(score)) : NONE}</td>`;
    },
  )}`;
}

const nameLink = ({ backend, scores }: Standing): Markup | string => {
  const score = scores.get('warm');
  return score ? cellLink(score.row.id, backend) : backend;
};

/** The fastest right backend of each network, in Node and in the browser, with what else decides. */
export function fastestTable(choices: readonly Choice[], page: Page, browser: string): Markup {
  const able = choices.filter((choice) =>
    (['node', 'browser'] as const).some((host) =>
      choice.standings.some((one) => one.host === host && (one.rank !== undefined || one.unranked === 'no interval')),
    ),
  );
  if (able.length === 0) return html``;
  const heads = SAID.map(({ title, unit }) => html`<th scope="col" class="n">${title} (${unit})</th>`);
  const rows = able
    .slice(0, MOST)
    .map(
      (choice) =>
        html`<tr><th scope="row" class="name"><div class="nm">${choice.label}${choice.sizes.length > 1 ? ` · ${usualSize(choice)}×${usualSize(choice)}` : ''}</div></th>${cells(choice, 'node', page)}${cells(choice, 'browser', page)}</tr>\n`,
    );
  const more = able.length - MOST;
  return html`<h2 id="fastest">Fastest right backend</h2>
<div class="scroll"><table class="fastest"><thead>
<tr><td></td><th scope="colgroup" colspan="4" class="edge">In Node</th><th scope="colgroup" colspan="4" class="edge">In ${browser}</th></tr>
<tr><th scope="col">Network</th>${[0, 1].map(() => html`<th scope="col" class="edge">Backend</th>${heads}`)}</tr></thead>
<tbody>${rows}</tbody></table></div>${more > 0 ? html`<p class="small soft">and ${count(more, 'more network')}: filter by model below.</p>` : ''}`;
}
