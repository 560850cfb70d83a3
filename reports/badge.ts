import { globMatches } from '../suites/plan/cell.ts';
import { number, when } from '../suites/stats/format.ts';
import { html } from './html/kit/markup.ts';
import { type Choice, choicesOf, type Standing } from './table/decision.ts';
import type { RowStatus } from './table/status.ts';
import type { Table } from './table/table.ts';

/** What a badge says of a backend on a network. */
export type Badge = {
  readonly label: string;
  readonly message: string;
  /** All of it in a sentence, for those who hear it, and under the pointer. */
  readonly title: string;
  readonly status: RowStatus;
};

/** A status in a word or two. */
const WORDS: { readonly [status in RowStatus]?: string } = {
  ok: 'right',
  suspect: 'in doubt',
  partial: 'partly checked',
};

/** Colours of the right half, each with at least 4.5 : 1 to white; the words say the same. */
const COLOURS: { readonly [status in RowStatus]?: string } = {
  ok: '#2e7d32',
  wrong: '#c62828',
  crash: '#c62828',
  timeout: '#c62828',
  suspect: '#8e24aa',
  fallback: '#a65100',
};
const GREY = '#616161';

/** `ResNet-50` for `resnet50.live0`; other architectures by their ids. */
const nameOf = (model: string): string =>
  model.slice(0, model.lastIndexOf('.') > 0 ? model.lastIndexOf('.') : undefined).replace(/^resnet(\d+)$/, 'ResNet-$1');

/** Ranked before others, in the browser before Node, and faster before slower. */
const better = (a: Standing, b: Standing): number =>
  (a.rank ?? Infinity) - (b.rank ?? Infinity) || (a.host === b.host ? 0 : a.host === 'browser' ? -1 : 1);

/** The standing that a badge is of: the best that `pattern` lets pass, in the first network that has one. */
function pick(choices: readonly Choice[], pattern: string): { choice: Choice; standing: Standing } | undefined {
  const isMeant = ({ session }: Standing) => session.rows.some(({ id }) => globMatches(pattern, id));
  const found = choices.flatMap((choice) => {
    const [standing] = [...choice.standings, ...choice.without].filter(isMeant).sort(better);
    return standing === undefined ? [] : [{ choice, standing }];
  });
  return found.find(({ standing }) => standing.rank !== undefined) ?? found[0];
}

/**
 * What a badge says: of the best backend among the cells whose ids `pattern` matches (`*` for any text), in the first
 * network with a ranked one. Undefined where it matches none.
 */
export function badgeOf(table: Table, pattern: string): Badge | undefined {
  const found = pick(choicesOf(table), pattern);
  if (found === undefined) return undefined;
  const { standing } = found;
  const { backend, status, scores, unranked, session } = standing;
  const { subject } = session;
  const [, , ...unusual] = subject.label.split(' · ');
  const warm = scores.get('warm');
  const few = unranked === 'no interval' ? ' (few rounds)' : '';
  const word = WORDS[status] ?? status;
  const time = warm === undefined ? '' : ` ${warm.text} ms${few}`;
  const interval = warm?.interval ? ` (95 % interval ${number(warm.interval[0])} to ${number(warm.interval[1])})` : '';
  const { cpu } = table.run.header.environment;
  return {
    label: [nameOf(subject.model), ...unusual].join(' · '),
    message: `${backend}${time} · ${word}`,
    title: `${subject.label} on ${backend}: ${warm === undefined ? 'not timed' : `${warm.text} ms a call${interval}${few}`}, ${word}. ${cpu}, ${when(table.run.header.started)}`,
    status,
  };
}

/** Advance widths of Verdana in thousandths of its size, by kinds of characters; a badge's texts are stretched to fit. */
const WIDTHS: readonly (readonly [kind: RegExp, width: number])[] = [
  [/[ijlI.,:;'|!·() ]/, 370],
  [/[frt\-/]/, 440],
  [/[mwMW%@]/, 930],
  [/[A-Z]/, 700],
];
const SIZE = 11;
const widthOf = (text: string): number =>
  Math.round(
    [...text].reduce((sum, sign) => sum + (WIDTHS.find(([kind]) => kind.test(sign))?.[1] ?? 615), 0) * (SIZE / 1000),
  );

const PADDING = 6;

/** A badge as SVG, in the look that READMEs have: 20 high, the label dark, the message coloured. */
export function renderBadge({ label, message, title, status }: Badge): string {
  const halves = [label, message].map((text) => ({ text, width: widthOf(text) }));
  const [left = 0, right = 0] = halves.map(({ width }) => width + 2 * PADDING);
  const colour = COLOURS[status] ?? GREY;
  const texts = halves.map(({ text, width }, i) => {
    const x = PADDING + (i === 0 ? 0 : left);
    return html`<text x="${x}" y="15" fill="#000" fill-opacity=".3" aria-hidden="true" textLength="${width}">${text}</text><text x="${x}" y="14" textLength="${width}">${text}</text>`;
  });
  const { markup } =
    html`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${title}"><title>${title}</title>
<clipPath id="r"><rect width="${left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/></g>
<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="${SIZE}">${texts}</g></svg>
`;
  return markup;
}
