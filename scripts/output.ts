import { cut, plainLines } from '../reference/text.ts';

/** Characters of the longest line that says what is wrong, and of any other line that tells how it goes. */
const ERROR = 500;
const LINE = 2000;

/** Lines that are safe for a terminal, each with its middle left out where it is longer than `most`. */
const fitted = (text: string, most: number): string =>
  plainLines(text)
    .split('\n')
    .map((line) => cut(line, most))
    .join('\n');

/** Tells lines on standard error. What files and other programs say may be in them: nothing of it acts on a terminal. */
export const say = (text: string): void => void process.stderr.write(`${fitted(text, LINE)}\n`);

/** Tells what went wrong, in lines of at most 500 characters. */
export const sayError = (message: string): void =>
  void process.stderr.write(`${fitted(`error: ${message.replace(/^error: /, '')}`.trimEnd(), ERROR)}\n`);

/** Prints a command's text on standard output, safe for a terminal. A table with colours makes its own parts safe. */
export const print = (text: string): void => void process.stdout.write(plainLines(text));

/**
 * A reader that closes its end early, as `head` does, ends nothing: what is left is not shown, files are still written.
 * Any other failure of standard output is one line and exit code 2.
 */
export function survivePipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      if (stream === process.stdout) sayError(`cannot write to standard output (${error.code})`);
      process.exitCode = 2;
    });
}
