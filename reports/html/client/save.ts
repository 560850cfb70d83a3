import type { Run } from '../../../suites/record/record.ts';
import type { Table } from '../../table/table.ts';
import { DIGITS } from '../data.ts';
import { html, type Markup } from '../kit/markup.ts';
import { FILES, nameOf, type PageFile } from './files.ts';

/** The buttons that save what the page holds, and copy what a README shows. */
export const saveForm = (): Markup =>
  html`<fieldset><legend>Save</legend>${FILES.map(({ id, title }) => html`<button type="button" data-save="${id}">${title}</button>`)}
<button type="button" data-copy="markdown">Copy the Markdown table</button> <output></output></fieldset>
<p class="small soft">The run file is the whole run, with numbers of ${DIGITS} digits and without the times of phases; the file that the page was made from has all. The others hold what the filter shows; the badge is of the best of it.</p>`;

/** Saves a text as a file, without a network: the browser is given it as a blob, which is released once it is read. */
function save(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Copies a text; where the browser forbids that, shows it, selected, to be copied by hand. */
async function copy(text: string, place: HTMLElement): Promise<string> {
  place.querySelector('textarea')?.remove();
  try {
    await navigator.clipboard.writeText(text);
    return 'copied';
  } catch {
    const area = document.createElement('textarea');
    area.readOnly = true;
    area.rows = 8;
    area.setAttribute('aria-label', 'The Markdown table');
    area.value = text;
    place.append(area);
    area.select();
    return 'the browser does not let a page copy: press Ctrl+C';
  }
}

/** Fills the element with the buttons, which act on the run and on what is shown at that time. */
export function offerFiles(place: HTMLElement, run: Run, shown: () => Table): void {
  place.innerHTML = saveForm().markup;
  const say = (text: string) => {
    const output = place.querySelector('output');
    if (output !== null) output.textContent = text;
  };
  const chosen = (target: EventTarget | null, name: 'save' | 'copy'): PageFile | undefined => {
    const id = target instanceof Element ? target.closest<HTMLElement>(`[data-${name}]`)?.dataset[name] : undefined;
    return FILES.find((file) => file.id === id);
  };
  place.addEventListener('click', ({ target }) => {
    const saved = chosen(target, 'save');
    const copied = chosen(target, 'copy');
    const text = (saved ?? copied)?.text(run, shown());
    if (text === undefined) {
      if (saved !== undefined) say('nothing of this is shown: choose Show all');
    } else if (saved !== undefined) {
      save(text, `${nameOf(run)}${saved.ending}`, saved.type);
      say(`saved ${nameOf(run)}${saved.ending}`);
    } else copy(text, place).then(say);
  });
}
