/** The order of two texts, by UTF-16 units and not by a language's rules, or of two numbers: below 0, 0, or above 0. */
export const order = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is told by any, once and in order. */
export const distinct = (values: readonly (string | null | undefined)[]): string[] =>
  [...new Set(values.filter((value) => value !== null && value !== undefined))].sort(order);
