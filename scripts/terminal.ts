import type { TerminalOptions } from '../reports/terminal/terminal.ts';

/** Minimum width of a table, also for terminals that report none or less. */
const MIN_WIDTH = 60;

/** The terminal's width, and whether it shows colours. */
export function terminal(): TerminalOptions {
  const { isTTY, columns } = process.stdout;
  return {
    color: isTTY === true && process.env.NO_COLOR === undefined,
    width: isTTY ? Math.max(columns, MIN_WIDTH) : 100,
  };
}
