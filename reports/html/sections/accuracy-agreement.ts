import { classText, imageText } from '../../../suites/accuracy/figures.ts';
import type { Decided } from '../../../suites/accuracy/schema.ts';
import { count, NONE, number } from '../../../suites/stats/format.ts';
import { type Content, html, type Markup } from '../kit/markup.ts';
import { amount, badge, dataTable, name, type Page, prose, swatch } from '../kit/parts.ts';
import { type ClassAgreement, type ClassifierPair, classAgreements, type Disputed } from './accuracy-pairs.ts';

/** Disputed images that are listed. */
const MOST = 50;

/** How many images two classifiers give different classes. */
function cell({ pairs }: ClassAgreement, row: number, column: number): Markup {
  if (row === column) return html`<td class="n self">·</td>`;
  const [first, second] = [Math.min(row, column), Math.max(row, column)];
  const pair = pairs.find((one) => one.first === first && one.second === second);
  const differ = pair?.images.length ?? 0;
  const title = `${differ} of ${count(pair?.common ?? 0, 'image')}`;
  return html`<td class="n"><abbr title="${title}">${differ === 0 ? '=' : differ}</abbr></td>`;
}

function matrix(agreement: ClassAgreement, palette: Page['palette']): Markup {
  const { members, subject } = agreement;
  const heads = members.map((one, i) => html`<th scope="col" class="n"><abbr title="${one.name}">${i + 1}</abbr></th>`);
  const lines = members.map(
    (
      { name, status },
      i,
    ) => html`<tr><th scope="row">${status === undefined ? '' : swatch(palette(name))}${i + 1} ${name}</th>
<td>${status === undefined ? NONE : badge(status)}</td>${members.map((_, j) => cell(agreement, i, j))}</tr>\n`,
  );
  return html`<div class="scroll"><table class="matrix agreement"><caption>Images of ${subject.label} that two classifiers give different classes</caption>
<thead><tr><th scope="col">Classes of</th><th scope="col">Status</th>${heads}</tr></thead>
<tbody>${lines}</tbody></table></div>`;
}

/** Pairs that differ, with who is right and how sure that is. */
function pairTable({ members, pairs }: ClassAgreement): Content {
  const apart = pairs.filter(({ images }) => images.length > 0);
  if (apart.length === 0) return '';
  const nameOf = (index: number) => members[index]?.name ?? '';
  return html`<p class="small soft">Pairs with different classes, and who is right:</p>${dataTable<ClassifierPair>(
    [
      name('First', (one) => nameOf(one.first)),
      name('Second', (one) => nameOf(one.second)),
      amount('Images of both', (one) => one.common),
      amount('Differ', (one) => one.images.length),
      amount('Only first right', (one) => one.lost.length),
      amount('Only second right', (one) => one.gained.length),
      amount('Both wrong', (one) => one.otherwise.length),
      amount(
        'p',
        (one) => one.p,
        (p) => p.toPrecision(2),
      ),
    ],
    apart,
  )}`;
}

/** What the float64 reference says of an image. */
function decisionText(decided: Decided | undefined): string {
  if (decided === undefined) return 'not asked';
  const { reference, margin, allowed } = decided;
  const size = `margin ${margin.toPrecision(2)}, errors of ${allowed.toExponential(1)} allowed`;
  return margin > allowed ? `class ${reference}: ${size}` : `a tie, class ${reference} first: ${size}`;
}

/** Each class that an image got, who gave it, and with which margin. */
function answersText({ members, subject }: ClassAgreement, { image }: Disputed): string {
  const given = new Map<number, string[]>();
  for (const { name, classes, margins } of members) {
    const answer = classes.get(image);
    if (answer === undefined) continue;
    const margin = margins.get(image);
    given.set(answer, [...(given.get(answer) ?? []), margin === undefined ? name : `${name} (${number(margin)})`]);
  }
  const text = classText(subject.model, members[0]?.figures ?? { classNames: undefined });
  return [...given].map(([answer, names]) => `${text(answer)}: ${names.join(', ')}`).join('; ');
}

function disputedTable(agreement: ClassAgreement): Content {
  const { disputed, members, subject } = agreement;
  if (disputed.length === 0) return '';
  const more = disputed.length - MOST;
  const names = members.flatMap(({ figures }) => figures.names ?? []);
  const text = classText(subject.model, members[0]?.figures ?? { classNames: undefined });
  return html`<details><summary>${count(disputed.length, 'image')} with more than one class</summary>${dataTable<Disputed>(
    [
      name('Image', (one) => imageText(one.image, { names })),
      name('Label', (one) => text(one.label)),
      prose('Classes (margin of the two best logits)', (one) => answersText(agreement, one)),
      prose('float64 reference', ({ decided }) => decisionText(decided)),
    ],
    disputed.slice(0, MOST),
  )}${more > 0 ? html`<p class="small soft">${count(more, 'more image')} left out.</p>` : ''}</details>`;
}

/** Which images the backends and PyTorch classify differently, by network. */
export function agreementFigures({ table, palette }: Page): Content {
  const agreements = classAgreements(table);
  if (agreements.length === 0)
    return html`<p class="empty">No two backends, nor one and PyTorch, classified the same images: nothing to compare.</p>`;
  return html`<h3>Same images, one by one</h3>
<p>Numbers of images with different classes; <b>=</b> where there are none. p: McNemar’s exact test of who is right more often.</p>
${agreements.map((one) => {
  const { subject, members, disputed } = one;
  const all = disputed.length === 0 ? html`<p>All ${members.length} agree on every image of ${subject.label}.</p>` : '';
  return html`<figure class="wide">${all}${matrix(one, palette)}${pairTable(one)}${disputedTable(one)}</figure>`;
})}`;
}
