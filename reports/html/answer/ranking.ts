import { grouped } from '../../../reference/collect.ts';
import { NONE, ratio } from '../../../suites/stats/format.ts';
import type { Comparison } from '../../compare/compare.ts';
import { type CriterionRow, RANKED_BY } from '../../table/criteria.ts';
import { type Choice, criteriaOf, type Host, type Standing } from '../../table/decision.ts';
import { cellLink } from '../kit/links.ts';
import { html, type Markup } from '../kit/markup.ts';
import { badge, type Page, swatch } from '../kit/parts.ts';
import { scoreText } from './score.ts';
import { sinceCell, sinceHead } from './since-cell.ts';

/** How the tables of standings are shown. */
export type RankingOptions = {
  /** The browser's name. */
  readonly browser: string;
  /** The backend that ratios are of; undefined for the fastest right one. */
  readonly base: string | undefined;
  /** The criterion that standings are sorted by, with `-` before it for the largest first; undefined: by rank. */
  readonly sort: string | undefined;
  /** Whether a click on a heading sorts. */
  readonly interactive: boolean;
  /** What each cell is since a baseline run; undefined where there is none. */
  readonly since: Comparison | undefined;
};

const scoreOf = (one: Standing, id: string): number | undefined => one.scores.get(id)?.value;

/** The time that ratios are of: the base's, or the fastest ranked one's, of the same input size. */
function baseTime({ standings }: Choice, size: number, base: string | undefined): number | undefined {
  const same = standings.filter((one) => one.size === size);
  if (base !== undefined)
    return same.filter(({ backend }) => backend === base).map((one) => scoreOf(one, RANKED_BY))[0];
  const times = same.filter(({ rank }) => rank !== undefined).flatMap((one) => scoreOf(one, RANKED_BY) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Sorted by a criterion, with what is missing last in either direction. */
function sorted(standings: readonly Standing[], sort: string | undefined): readonly Standing[] {
  if (sort === undefined) return standings;
  const down = sort.startsWith('-');
  const id = down ? sort.slice(1) : sort;
  const place = (one: Standing): number => {
    const value = id === 'rank' ? one.rank : scoreOf(one, id);
    return value === undefined || Number.isNaN(value) ? Infinity : down ? -value : value;
  };
  return [...standings].sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

/** How far a ratio is from 1, from 0 to 1: ten times as slow is 1. */
const heat = (of: number): number => Math.min(1, Math.abs(Math.log10(of)));

function ratioCell(time: number | undefined, base: number | undefined): Markup {
  if (time === undefined || base === undefined || !(base > 0)) return html`<td class="n">${NONE}</td>`;
  const of = time / base;
  const kind = of > 1 ? 'slower' : 'faster';
  return html`<td class="n heat ${kind}" style="--h:${heat(of).toFixed(2)}">×${ratio(of)}</td>`;
}

/** What stands in the place of a rank. */
const UNRANKED: { readonly [why in NonNullable<Standing['unranked']>]?: string } = {
  'no interval': 'undecided',
  'alone at its size': 'other size',
};

const rankText = ({ rank, shared, unranked }: Standing): Markup | string =>
  rank === undefined
    ? html`<span class="soft">${(unranked && UNRANKED[unranked]) ?? NONE}</span>`
    : `${shared ? '=' : ''}${rank}`;

/** A network's standings with what they are shown by. */
type Shown = {
  readonly choice: Choice;
  readonly criteria: readonly CriterionRow[];
  readonly page: Page;
  readonly options: RankingOptions;
};

function line(one: Standing, { choice, criteria, page: { palette }, options: { base, since } }: Shown): Markup {
  const [row] = one.session.rows;
  const time = scoreOf(one, RANKED_BY);
  const first = one.rank === 1;
  const size = choice.sizes.length > 1 ? html` <span class="soft small">${one.size}×${one.size}</span>` : '';
  const figures = criteria.map(({ id }) => {
    const score = one.scores.get(id);
    const cell = html`<td class="n">${score ? cellLink(score.row.id, scoreText(score)) : NONE}</td>`;
    return id === RANKED_BY
      ? html`${cell}${ratioCell(time, baseTime(choice, one.size, base))}${sinceCell(one.scores.get(id)?.row.id, since)}`
      : cell;
  });
  return html`<tr${first ? html` class="best"` : ''}><td class="n">${rankText(one)}</td><th scope="row" class="name">${swatch(palette(one.backend))}${row ? cellLink((one.scores.get(RANKED_BY)?.row ?? row).id, one.backend) : one.backend}${size}${first ? html` <span class="tag">${one.shared ? 'among the best' : 'best'}</span>` : ''}</th><td>${badge(one.status)}</td>${figures}</tr>\n`;
}

const HOSTS: readonly Host[] = ['node', 'browser'];

/** Backends without figures, in a line by status. */
function withoutLine({ without }: Choice): Markup {
  if (without.length === 0) return html``;
  const texts = [...grouped(without, ({ status }) => status)].map(
    ([status, list]) => html` ${badge(status)} ${[...new Set(list.map(({ backend }) => backend))].join(', ')}`,
  );
  return html`<p class="small soft">Without figures:${texts}. <a href="#problems">Why, and what would help</a></p>`;
}

function head(criteria: readonly CriterionRow[], { base, sort, interactive, since }: RankingOptions): Markup {
  const column = (id: string, title: string, kind: string) => {
    const direction = sort === id ? 'ascending' : sort === `-${id}` ? 'descending' : undefined;
    const label = interactive ? html`<button type="button" data-sort="${id}">${title}</button>` : title;
    return html`<th scope="col" class="${kind}"${direction ? html` aria-sort="${direction}"` : ''}>${label}</th>`;
  };
  const titles = criteria.map(({ id, title, unit }) => {
    const own = column(id, unit === '' ? title : `${title} (${unit})`, 'n');
    return id === RANKED_BY
      ? html`${own}<th scope="col" class="n">÷ ${base ?? 'fastest'}</th>${sinceHead(since)}`
      : own;
  });
  return html`<tr>${column('rank', 'Rank', 'n')}<th scope="col">Backend</th><th scope="col">Status</th>${titles}</tr>`;
}

function table({ choice, criteria, page, options }: Shown): Markup {
  const extra = criteria.some(({ id }) => id === RANKED_BY) ? (options.since === undefined ? 1 : 2) : 0;
  const width = criteria.length + 3 + extra;
  const bodies = HOSTS.map((host) => {
    const list = sorted(
      choice.standings.filter((one) => one.host === host),
      options.sort,
    );
    if (list.length === 0) return html``;
    return html`<tbody><tr class="group"><th scope="rowgroup" colspan="${width}">In ${host === 'node' ? 'Node' : options.browser}</th></tr>
${list.map((one) => line(one, { choice, criteria, page, options }))}</tbody>`;
  });
  return html`<div class="scroll"><table class="ranking"><thead>${head(criteria, options)}</thead>${bodies}</table></div>`;
}

/** Networks whose tables are open from the start, and those that have one at all. */
const [OPEN, MOST] = [4, 40];

/** For each network, all backends by rank, with what decides between them. */
export function rankings(choices: readonly Choice[], page: Page, options: RankingOptions): Markup {
  const able = choices.filter(({ standings }) => standings.length > 0);
  if (able.length === 0)
    return html`<p class="empty">No backend has a figure. <a href="#problems">Why, and what would help</a></p>`;
  const parts = able.slice(0, MOST).map((choice, i) => {
    const criteria = criteriaOf([choice]);
    const body = html`${table({ choice, criteria, page, options })}${withoutLine(choice)}`;
    return html`<details class="network"${i < OPEN ? html` open` : ''}><summary><h3>${choice.label}</h3></summary>${body}</details>`;
  });
  const more = able.length - MOST;
  return html`${parts}${more > 0 ? html`<p class="empty">${more} more networks: filter by model to see them.</p>` : ''}
<p class="small soft">Only <em>ok</em> times with an interval are ranked, among backends of one host and input size; undecided: fewer than 3 rounds; other size: no other backend was timed at it. Backends whose intervals overlap share a rank (=). The status is the worst of the backend’s cells. Cold start: until the first answer, in a fresh process or browser profile. Peak memory: sum of the peaks of the processes, an upper limit. Each figure leads to its cell.</p>`;
}
