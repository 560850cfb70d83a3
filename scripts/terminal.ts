import type { TerminalOptions } from '../reports/terminal/terminal.ts';

/** A terminal that tells no width, or hardly any, still gets a table. */
const MIN_WIDTH = 60;

/** How wide the terminal is, and whether it shows colours. */
export function terminal(): TerminalOptions {
  const { isTTY, columns } = process.stdout;
  return {
    color: isTTY === true && process.env.NO_COLOR === undefined,
    width: isTTY ? Math.max(columns, MIN_WIDTH) : 100,
  };
}
