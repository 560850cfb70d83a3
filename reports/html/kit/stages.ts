/** `features.2` of `features.2.0`: what is between two stages. */
const betweenName = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.'))) || name;

/**
 * Which stage each node is in, of nodes in the order of execution: by the prefix of its name where stages are named so,
 * otherwise by its place. `stem` and `head` are before the first and after the last; all are '' where no stage is known.
 * @param stages The last node of each stage, as in a graph.
 */
export function stageNames(names: readonly string[], stages: ReadonlyMap<string, string>): string[] {
  const ends = [...stages].map(([stage, node]) => ({ stage, end: names.indexOf(node) }));
  const isPrefixed = ends.length > 0 && ends.every(({ stage }) => names.some((name) => name.startsWith(`${stage}.`)));
  if (!isPrefixed)
    return names.map((_, i) => ends.find(({ end }) => i <= end)?.stage ?? (ends.length > 0 ? 'head' : ''));
  const own = names.map((name) => ends.find(({ stage }) => name.startsWith(`${stage}.`))?.stage);
  const [first, last] = [own.findIndex(Boolean), own.findLastIndex(Boolean)];
  return own.map((stage, i) => stage ?? (i < first ? 'stem' : i > last ? 'head' : betweenName(names[i] ?? '')));
}

/** Consecutive items with the same key. */
export function consecutive<T>(
  items: readonly T[],
  keyOf: (item: T, i: number) => string,
): { key: string; items: T[] }[] {
  const found: { key: string; items: T[] }[] = [];
  for (const [i, item] of items.entries()) {
    const key = keyOf(item, i);
    const last = found.at(-1);
    if (last?.key === key) last.items.push(item);
    else found.push({ key, items: [item] });
  }
  return found;
}
