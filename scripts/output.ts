import { cut, plainLines } from '../reference/text.ts';

/** Maximum of characters in a line of an error message, and in any other line. */
const ERROR = 500;
const LINE = 2000;

/** Lines that are safe for a terminal. A line longer than `most` is shortened in the middle. */
const fitted = (text: string, most: number): string =>
  plainLines(text)
    .split('\n')
    .map((line) => cut(line, most))
    .join('\n');

/**
 * Prints lines on standard error. They may contain text from files and other programs, so they are made safe for a
 * terminal.
 */
export const say = (text: string): void => void process.stderr.write(`${fitted(text, LINE)}\n`);

/** Prints an error message, in lines of at most 500 characters. */
export const sayError = (message: string): void =>
  void process.stderr.write(`${fitted(`error: ${message.replace(/^error: /, '')}`.trimEnd(), ERROR)}\n`);

/**
 * Prints a command's text on standard output, made safe for a terminal. Not for a table with colours, which makes its
 * own parts safe.
 */
export const print = (text: string): void => void process.stdout.write(plainLines(text));

/**
 * A reader that closes its end of the pipe early, as `head` does, does not end the command: the rest is not shown, and
 * files are still written. Any other failure of standard output is one line and exit code 2.
 */
export function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      if (stream === process.stdout) sayError(`cannot write to standard output (${error.code})`);
      process.exitCode = 2;
    });
}
