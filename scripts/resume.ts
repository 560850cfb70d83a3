import { Command } from 'commander';
import { type Resumed, readResumed } from '../suites/engine/resume.ts';

/** A word, quoted for a shell. */
const quoted = (word: string): string => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A parsed command line: its words, and its flags by their names in code. */
type Typed<Flags> = { readonly words: readonly string[]; readonly flags: Flags };

/**
 * Flags that may be given again when resuming: none of them changes what is measured. Files and browser are checked to
 * be the same.
 */
const FREE = ['resume', 'json', 'browser', 'budget', 'model'];

/** Parses a command line with the options of a command, which is not modified. Throws one line. */
function reread<Flags>(command: Command, words: readonly string[]): Typed<Flags> {
  const again = new Command()
    .argument('[query...]')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const option of command.options) again.addOption(option);
  try {
    again.parse([...words], { from: 'user' });
  } catch (error) {
    throw new Error(`its command cannot be read: ${(error as Error).message.replace(/^error: /, '')}`);
  }
  return { words: again.args, flags: again.opts() as Flags };
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The run's own command from its file, overridden by those flags of `command` that may be given again. Throws one line
 * where the file is not a run file, or where anything else typed differs from the run's own command.
 */
export function readTyped<Flags extends { budget?: number; json?: boolean; browser?: string; ab?: string[] }>(
  path: string,
  typed: readonly string[],
  command: Command,
  log: (line: string) => void,
): Typed<Flags> & { resumed: Resumed } {
  const given = command.opts() as Flags;
  const resumed = readResumed(path, given.budget, log);
  const { words, flags } = reread<Flags>(command, resumed.command);
  const explicit = command.options
    .map((option) => ({ name: option.attributeName() as keyof Flags & string, long: option.long }))
    .filter(({ name }) => command.getOptionValueSource(name) === 'cli');
  const other = explicit.find(({ name }) => !FREE.includes(name) && !same(given[name], flags[name]));
  if (other !== undefined)
    throw new Error(
      `${other.long} differs from the command of ${path}: leave it out, a resumed run keeps its own options`,
    );
  if (typed.length > 0 && !same(typed, words))
    throw new Error(
      `'${typed.join(' ')}' differs from the command of ${path}: leave it out, a resumed run keeps its own queries`,
    );
  if (flags.browser !== undefined && given.browser === undefined)
    throw new Error(
      `${path} names a browser to start, and a file may come from anyone: if you trust it, add --browser ${quoted(flags.browser)}`,
    );
  if (flags.ab !== undefined && given.ab === undefined)
    throw new Error(
      `${path} names versions or browsers to run, and a file may come from anyone: if you trust it, add --ab ${quoted(flags.ab.join(','))}`,
    );
  const anew = explicit.filter(({ name }) => FREE.includes(name) && name !== 'budget');
  // --json only changes how figures are shown.
  const kept = Object.entries(flags).filter(([name]) => name !== 'json');
  const laid = Object.fromEntries([...kept, ...anew.map(({ name }) => [name, given[name]])]) as Flags;
  return { words, flags: laid, resumed };
}
