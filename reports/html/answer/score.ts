import { number } from '../../../suites/stats/format.ts';
import type { Score } from '../../table/criteria.ts';
import { html, type Markup } from '../kit/markup.ts';

/** `18.7 (18.4–19.1)`: a value and its interval, without the unit. */
export const scoreText = ({ text, interval }: Score): Markup =>
  html`${text}${interval === undefined ? '' : html`<span class="soft iv"> (${number(interval[0])}–${number(interval[1])})</span>`}`;
