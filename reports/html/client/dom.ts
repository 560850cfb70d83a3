import type { Markup } from '../kit/markup.ts';
import { ready } from './sort-tables.ts';

/** An element of the page by its id. Throws where it has none, which would be a fault of this project. */
export const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
};

/** Replaces an element's content. The markup is escaped already. */
export function fill(id: string, { markup }: Markup): void {
  const target = element(id);
  target.innerHTML = markup;
  ready(target);
}

/** Says that the page's data cannot be read, and what it needs. */
export function unreadable(error: unknown): void {
  const note = document.createElement('p');
  note.className = 'note';
  note.textContent = `The figures of this page cannot be read: ${error instanceof Error ? error.message : error}. It needs a browser with DecompressionStream (2023 or newer).`;
  document.getElementById('main')?.prepend(note);
}

/** Writes into a form anew, and gives the focus back to the control of the same name that had it. */
export function keepingFocus(form: HTMLElement, write: () => void): void {
  const { activeElement } = document;
  const name = activeElement !== null && form.contains(activeElement) ? activeElement.getAttribute('name') : null;
  write();
  if (name !== null) form.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
}
