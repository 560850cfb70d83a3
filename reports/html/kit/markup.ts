import { printable } from '../../../reference/text.ts';

export { printable };

/** Text that is HTML already. Everything else is escaped where it is put into a page. */
export type Markup = { readonly markup: string };

export type Content = Markup | string | number | undefined | readonly Content[];

/** The text made printable, and with what HTML reads as markup written as references; safe in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function write(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  if ('markup' in content) return content.markup;
  return content.map(write).join('');
}

/** A template whose values are escaped unless they are markup: html`<b>${name}</b>`. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return { markup: strings.map((text, i) => text + write(values[i])).join('') };
}

/** Marks trusted text as HTML: never give it text from a run. */
export const raw = (markup: string): Markup => ({ markup });
