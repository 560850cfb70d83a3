import type { Markup } from '../kit/markup.ts';

/** The strip of a network and the choice of its figure, where a cell's view has them. */
function stripIn(view: HTMLElement) {
  const strip = view.querySelector<HTMLElement>('#strip');
  const choice = view.querySelector<HTMLSelectElement>('select[name=by]');
  return strip && choice ? { strip, choice } : undefined;
}

/** Draws the strip of a cell's view by a figure. What is open stays open, and the choice keeps its focus. */
export function recolour(view: HTMLElement, by: string, draw: (by: string) => Markup): void {
  const found = stripIn(view);
  if (found === undefined) return;
  const open = [...found.strip.querySelectorAll('details')].map((one) => one.open);
  found.strip.innerHTML = draw(by).markup;
  for (const [i, one] of [...found.strip.querySelectorAll('details')].entries()) one.open = open[i] ?? false;
  if ([...found.choice.options].some(({ value }) => value === by)) found.choice.value = by;
}

/** Calls `chosen` with the figure that a reader chooses. */
export function onFigure(view: HTMLElement, chosen: (by: string) => void): void {
  view.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLSelectElement && target.name === 'by') chosen(target.value);
  });
}
