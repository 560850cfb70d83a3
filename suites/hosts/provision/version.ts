import { cut, plain } from '../../../reference/text.ts';

/** Maximum of characters in a line with a browser's version, and maximum of lines that are searched. */
const MAX_CHARACTERS = 200;
const MAX_LINES = 200;

/** The first lines of an output that are short enough to be a message, made safe to print. */
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

/**
 * The most useful line of a failure's output: a loader's or resolver's message, otherwise the first (0) or last (-1)
 * line.
 */
export function telling(output: string, otherwise: 0 | -1): string {
  const lines = output
    .split('\n')
    .map((line) => plain(cut(line, 2 * MAX_CHARACTERS)))
    .filter((line) => line !== '' && !line.startsWith('at '));
  const cause = /shared librar|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|ENOSPC|EACCES|timed out|gave up|^E: |requires /;
  return (lines.find((line) => cause.test(line)) ?? lines.at(otherwise) ?? 'it printed nothing').slice(
    0,
    MAX_CHARACTERS,
  );
}
