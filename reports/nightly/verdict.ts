import { NIGHT_FAILING, type NightFinding } from '../../suites/nightly/judged.ts';
import { html, type Markup } from '../html/kit/markup.ts';

/** A night's verdict on a cell with its sign and colour: never colour alone. */
export function nightBadge(verdict: NightFinding['verdict']): Markup {
  const failing = NIGHT_FAILING.includes(verdict);
  return html`<span class="s v-${failing ? 'bad' : 'good'}" data-sign="${failing ? '✗' : '✓'}">${verdict}</span>`;
}
