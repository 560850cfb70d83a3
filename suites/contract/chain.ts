/** The operators in order; of a long chain, the middle is left out. */
export const chain = (ops: readonly string[]): string =>
  (ops.length <= 6 ? ops : [...ops.slice(0, 2), `${ops.length - 4} more`, ...ops.slice(-2)]).join(' → ');
