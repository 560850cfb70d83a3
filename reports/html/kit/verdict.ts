import type { ChangeVerdict } from '../../../suites/contract/change.ts';
import { isBetter } from '../../compare/verdicts.ts';
import { html, type Markup } from './markup.ts';

/** A verdict of a comparison with its sign and colour: never colour alone. `failing`: what makes the comparison fail. */
export function verdictBadge(verdict: ChangeVerdict, failing: readonly ChangeVerdict[]): Markup {
  const [sign, kind] =
    verdict === 'same'
      ? ['=', 'none']
      : verdict === 'unsure'
        ? ['?', 'none']
        : failing.includes(verdict)
          ? ['✗', 'bad']
          : isBetter(verdict)
            ? ['✓', 'good']
            : ['!', 'warn'];
  return html`<span class="s v-${kind}" data-sign="${sign}">${verdict}</span>`;
}
