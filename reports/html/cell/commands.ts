import { findSuite } from '../../../suites/suites.ts';
import type { Row } from '../../table/table.ts';
import { html, type Markup } from '../kit/markup.ts';

const line = (meaning: string, command: string): Markup =>
  html`<dt>${meaning}</dt><dd><code class="copy">${command}</code></dd>`;

/** What to type about a cell: to measure it again, to name the first wrong layer, to find the version that broke it. */
export function commandsOf({ id, cell, status }: Row): Markup {
  const suite = findSuite(cell.suite);
  const isJudged = suite?.judged === true && suite.of !== 'kernels';
  const inDoubt = status === 'wrong' || status === 'suspect';
  return html`<dl class="facts">${line('Measure it', `npm run bench -- ${id}`)}${
    isJudged ? line('Name the first layer that is wrong, and draw it', `npm run locate -- ${id}`) : ''
  }${isJudged && inDoubt ? line('Find the version that broke it', `npm run bisect -- ${id}`) : ''}${line(
    'Compare two runs of it',
    'npm run compare -- BASE.jsonl HEAD.jsonl',
  )}</dl>`;
}
