/** The nearest integer; of two equally near, the even one: Python's `round`, C's `rint`. */
export function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}
