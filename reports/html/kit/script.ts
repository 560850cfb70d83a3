import { NONE } from '../../../suites/stats/format.ts';

/**
 * Sorts a table by a column at a click on its head, with what is missing last in either direction, and lets the keyboard
 * scroll what is too wide. The page says all without it.
 */
export const SCRIPT = `
const scrollers = document.querySelectorAll('.scroll');
const reach = () => {
  for (const box of scrollers)
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
};
addEventListener('resize', reach);
addEventListener('toggle', reach, true);
reach();
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const value = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
      const numeric = head.classList.contains('n');
      const isMissing = (text) => text === '' || text === '${NONE}' || (numeric && Number.isNaN(Number(text)));
      const compare = (a, b) => {
        const [one, other] = [value(a), value(b)];
        if (isMissing(one) || isMissing(other)) return isMissing(one) - isMissing(other);
        const order = numeric ? Number(one) - Number(other) : one.localeCompare(other, 'en', { numeric: true });
        return down ? -order : order;
      };
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort(compare));
    });
  });
}
`;
