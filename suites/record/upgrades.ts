import { fromSchema2 } from './upgrade-lines.ts';

/**
 * An older schema of run files. `upgrade` turns a line, parsed from JSON, into one of the next schema. Where the file
 * lacks what the next schema needs, `commit` is the last commit of this project that reads it.
 */
export type Older =
  | { readonly schema: number; readonly upgrade: (line: unknown) => unknown }
  | { readonly schema: number; readonly commit: string };

/** One row for each schema before the current one. A change of the schema adds a row for the previous one. */
export const OLDER: readonly Older[] = [
  // Errors had one level and no logits; samples were not in time order.
  { schema: 1, commit: '0085e47' },
  // Latencies did not record the work of a call.
  { schema: 2, upgrade: fromSchema2 },
];

/**
 * The function that upgrades a line from schema `from` to schema `to`. Throws, naming the commit that reads `from`,
 * where a step is missing.
 */
export function upgradeFrom(from: number, to: number, older: readonly Older[]): (line: unknown) => unknown {
  if (from > to) throw new Error('read it with a newer version: git pull && npm ci');
  const steps = Array.from({ length: to - from }, (_, i) => {
    const row = older.find(({ schema }) => schema === from + i);
    if (row === undefined) throw new Error('no version is known to read it');
    if ('commit' in row) throw new Error(`read it with commit ${row.commit}: git checkout ${row.commit} && npm ci`);
    return row.upgrade;
  });
  return (line) => steps.reduce((value, step) => step(value), line);
}
