/**
 * An older schema of run files: how a line of it, parsed from JSON, becomes one of the next schema; or the last commit
 * of this project that reads it, where what the next one asks for is not in the file.
 */
export type Older =
  | { readonly schema: number; readonly upgrade: (line: unknown) => unknown }
  | { readonly schema: number; readonly commit: string };

/** Every schema before the present one, a row each. Whoever changes the schema adds the row of the one before. */
export const OLDER: readonly Older[] = [
  // Errors had one level and no logits; samples had no order.
  { schema: 1, commit: '0085e47' },
  // Latencies did not say what work a call is.
  { schema: 2, commit: '924c3c7' },
];

/** How a line of schema `from` becomes one of schema `to`. Throws which version reads `from` where a step is missing. */
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
