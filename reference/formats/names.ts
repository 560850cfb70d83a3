/** Maximum of characters in a node's name: names in a file may have megabytes, and reports show them. */
const LONGEST = 200;

/** Whether every JavaScript object already has a property of that name. Runtimes keep nodes and values in objects. */
export const isReserved = (name: string): boolean => name in Object.prototype;

/**
 * A name from a file without characters that have a meaning for a runtime, a path or a terminal; at most 200
 * characters.
 */
export function plain(name: string): string {
  // Cut first: in a name of megabytes, the search would start again at every dot.
  const word = name
    .slice(0, LONGEST)
    .replace(/[^\w.-]+/g, '.')
    .replace(/^\.+/, '')
    .replace(/\.+$/, '');
  return word === '' || isReserved(word) ? `value${word}` : word;
}

/**
 * Returns a function that gives each thing a name of its own, beside the given names: the wanted one, or that with a
 * number.
 */
export function namesBeside(given: Iterable<string>): (wanted: string) => string {
  const taken = new Set(given);
  const unique = uniqueNames(taken);
  return (wanted) => {
    const name = unique(wanted);
    taken.add(name);
    return name;
  };
}

/** Returns a function that makes names unique: the second `name` becomes `name_2`. Takes constant time per name. */
export function uniqueNames(taken: { has(name: string): boolean }): (wanted: string) => string {
  const counts = new Map<string, number>();
  return (wanted) => {
    let count = counts.get(wanted) ?? 1;
    let name = count === 1 ? wanted : `${wanted}_${count}`;
    while (taken.has(name)) name = `${wanted}_${++count}`;
    counts.set(wanted, count);
    return name;
  };
}
