/** Sorts a table by a column at a click on its head. The page says all without it. */
export const SCRIPT = `
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
      const number = (text) => (text === '' || Number.isNaN(Number(text)) ? Infinity : Number(text));
      const compare = (a, b) => numeric
        ? (number(value(a)) === number(value(b)) ? 0 : number(value(a)) - number(value(b)))
        : value(a).localeCompare(value(b), 'en', { numeric: true });
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * compare(a, b)));
    });
  });
}
`;
