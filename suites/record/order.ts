/** Compares two texts by UTF-16 units (not by a language's rules), or two numbers: below 0, 0, or above 0. */
export const order = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** The distinct values without null and undefined, sorted. */
export const distinct = (values: readonly (string | null | undefined)[]): string[] =>
  [...new Set(values.filter((value) => value !== null && value !== undefined))].sort(order);
