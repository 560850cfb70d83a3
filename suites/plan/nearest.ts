/** Maximum of characters in a name for which a suggestion is made. */
export const MOST_NAME = 300;

/** Number of edits that turn one word into another (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min((row[j] ?? 0) + (a[i] === b[j] ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** An error that suggests the nearest known name. */
export function unknown(kind: string, name: string, known: readonly string[]): Error {
  if (name.length > MOST_NAME) return new Error(`unknown ${kind} '${name}'`);
  const [nearest] = [...known].sort((a, b) => distance(name, a) - distance(name, b));
  return new Error(`unknown ${kind} '${name}'${nearest ? `: did you mean '${nearest}'?` : ''}`);
}

/** Returns `name`. Throws an error that suggests the nearest of `known` where `name` is not among them. */
export function mustKnow(kind: string, name: string, known: readonly string[]): string {
  if (!known.includes(name)) throw unknown(kind, name, known);
  return name;
}
