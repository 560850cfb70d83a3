import { NONE } from '../../../suites/stats/format.ts';

/** What a cell of a table is compared by. */
const textIn = (row: HTMLTableRowElement, column: number): string => {
  const cell = row.cells[column];
  return cell?.dataset.key ?? cell?.textContent ?? '';
};

/** Sorts a table by a column; a second click turns it round. What is missing stays last in either direction. */
function sortBy(table: HTMLTableElement, heads: readonly HTMLTableCellElement[], column: number): void {
  const head = heads[column];
  const body = table.tBodies[0];
  if (head === undefined || body === undefined) return;
  const down = head.getAttribute('aria-sort') === 'ascending';
  for (const other of heads) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const numeric = head.classList.contains('n');
  const isMissing = (text: string) => text === '' || text === NONE || (numeric && Number.isNaN(Number(text)));
  const order = (a: HTMLTableRowElement, b: HTMLTableRowElement): number => {
    const [one, other] = [textIn(a, column), textIn(b, column)];
    if (isMissing(one) || isMissing(other)) return Number(isMissing(one)) - Number(isMissing(other));
    const by = numeric ? Number(one) - Number(other) : one.localeCompare(other, 'en', { numeric: true });
    return down ? -by : by;
  };
  body.append(...[...body.rows].sort(order));
}

/** Lets a click on a heading sort each sortable table in an element. */
function sortable(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table.sortable:not([data-ready])')) {
    table.dataset.ready = '';
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => sortBy(table, heads, column));
    });
  }
}

/**
 * Boxes whose content fits do not scroll, so that headings of a long table stay at the top of the window. What is too wide
 * scrolls in its box, by keyboard too.
 */
export function reachable(): void {
  for (const box of document.querySelectorAll<HTMLElement>('.scroll')) {
    // With its vertical scroll bar, which is there only while the content is too wide.
    const fits = box.scrollWidth <= box.offsetWidth;
    box.classList.toggle('fits', fits);
    if (fits) box.removeAttribute('tabindex');
    else box.tabIndex = 0;
  }
}

/** Makes what was added to the page usable: tables sort, and what is too wide scrolls by keyboard. */
export function ready(root: ParentNode): void {
  sortable(root);
  reachable();
}
