export { plain } from '../../reference/text.ts';

/** The text within a width, its end cut off with an ellipsis. */
export const clip = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** Lines no longer than `width`, broken at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > 0 ? space : width;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

/** Rows of texts as lines whose columns are aligned. All rows have the columns of the first. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What colours text for a terminal by an SGR code; leaves it as it is where there is no colour. */
export const painter =
  (color: boolean) =>
  (code: number, text: string): string =>
    color ? `\u001b[${code}m${text}\u001b[0m` : text;
