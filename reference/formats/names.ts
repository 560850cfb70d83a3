/** Longest name of a node: a file's own may have megabytes, and reports show them. */
const LONGEST = 200;

/** Whether every object of JavaScript has a property of that name already: runtimes keep nodes and values in objects. */
export const isReserved = (name: string): boolean => name in Object.prototype;

/** A file's name without what means something to a runtime, a path or a terminal; at most 200 characters. */
export function plain(name: string): string {
  // Cut first, since a name of megabytes is searched from its every dot.
  const word = name
    .slice(0, LONGEST)
    .replace(/[^\w.-]+/g, '.')
    .replace(/^\.+/, '')
    .replace(/\.+$/, '');
  return word === '' || isReserved(word) ? `value${word}` : word;
}

/** A function that sets names apart which are alike: the second is `name_2`. Each takes the same time, however many there are. */
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
