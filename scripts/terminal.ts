import type { TerminalOptions } from '../reports/terminal/terminal.ts';

/** Minimum width of a table, also for terminals that report less. */
const MIN_WIDTH = 40;

/** Width where nothing reports one, as in a pipe. */
const USUAL_WIDTH = 100;

/** What a command writes to, as far as its looks depend on it. */
export type Output = { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };

/**
 * Whether to show colours. `FORCE_COLOR` decides where it is set, as in Node: `0` and `false` are none. Then `NO_COLOR`
 * (no-color.org: any text but an empty one) and `TERM=dumb`; else a terminal has them and a pipe has none.
 */
function isColored({ isTTY }: Output, env: { readonly [name: string]: string | undefined }): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: term } = env;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY === true && !none && term !== 'dumb';
}

/** The width of the terminal; in a pipe, that of `COLUMNS` where it is set. */
function widthOf({ isTTY, columns }: Output, { COLUMNS }: { readonly [name: string]: string | undefined }): number {
  const told = isTTY ? columns : Number(COLUMNS);
  return told !== undefined && Number.isInteger(told) && told > 0 ? Math.max(told, MIN_WIDTH) : USUAL_WIDTH;
}

/** How to write to an output in an environment. */
export const terminalOf = (output: Output, env: { readonly [name: string]: string | undefined }): TerminalOptions => ({
  color: isColored(output, env),
  width: widthOf(output, env),
});

/** The terminal's width, and whether it shows colours. */
export const terminal = (): TerminalOptions => terminalOf(process.stdout, process.env);
