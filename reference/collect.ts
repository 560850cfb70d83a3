/** Groups the items by their keys, in order. */
export function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** The largest and the smallest of any number of values. Math.max(...values) would overflow the stack for very many. */
export const maximum = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
export const minimum = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
