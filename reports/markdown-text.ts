import { plain } from '../reference/text.ts';

/** Text that Markdown and GitHub's HTML leave as it is, in a line or in a table's cell. */
export const escapeMarkdown = (text: string): string =>
  plain(text).replaceAll(/[\\`*_{}[\]<>|#~&@]/g, (sign) => `\\${sign}`);

/** A row of a table, its texts escaped. */
export const markdownRow = (texts: readonly string[]): string => `| ${texts.map(escapeMarkdown).join(' | ')} |`;
