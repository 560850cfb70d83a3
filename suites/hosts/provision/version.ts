import { cut, plain } from '../../../reference/text.ts';

/** Characters that a line with a browser's version may have, and the lines that are looked at. */
const MAX_CHARACTERS = 200;
const MAX_LINES = 200;

/** The first lines of an output that are short enough to say something, safe to print. */
const wordsOf = (output: string): string[] =>
  output
    .split('\n', MAX_LINES)
    .filter((line) => line.length <= MAX_CHARACTERS)
    .map(plain);

/** Name and version from what `--version` prints, such as `Chromium 156.0.8078.79 built on Debian`; or undefined. */
export function parseVersion(output: string): { name: string; version: string } | undefined {
  for (const line of wordsOf(output)) {
    const [, name, version] = line.match(/^(\S.*?)\s+(\d+(?:\.\d+)+)/) ?? [];
    if (name !== undefined && version !== undefined) return { name, version };
  }
  return undefined;
}

/** The line of a failure that says most: a loader's or a resolver's own words, or else the first (0) or last (-1). */
export function telling(output: string, otherwise: 0 | -1): string {
  const lines = output
    .split('\n')
    .map((line) => plain(cut(line, 2 * MAX_CHARACTERS)))
    .filter((line) => line !== '' && !line.startsWith('at '));
  const cause = /shared librar|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|ENOSPC|EACCES|timed out|gave up|^E: |requires /;
  return (lines.find((line) => cause.test(line)) ?? lines.at(otherwise) ?? 'it said nothing').slice(0, MAX_CHARACTERS);
}
