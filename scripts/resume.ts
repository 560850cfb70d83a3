import { Command } from 'commander';
import { type Resumed, readResumed } from '../suites/engine/resume.ts';

/** A word as a shell takes it. */
const quoted = (word: string): string => (/^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** What a command line says: its words, and its flags by their names in code. */
type Typed<Flags> = { readonly words: readonly string[]; readonly flags: Flags };

/** Flags that may be given anew: none of them changes what is measured. Files and browser are checked to be the same. */
const FREE = ['resume', 'json', 'browser', 'budget', 'model'];

/** Reads a command line's words with the options of a command, which stays as it is. Throws one line. */
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
 * What the run of a file was asked for, by its own command, with the flags of `command` that may be given anew laid
 * over. Throws one line where the file is no run file, or where what else was typed is not what the run was asked for.
 */
export function readTyped<Flags extends { budget?: number; json?: boolean; browser?: string }>(
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
    throw new Error(`${other.long} is not what ${path} was started with: leave it out, a run keeps its own`);
  if (typed.length > 0 && !same(typed, words))
    throw new Error(`'${typed.join(' ')}' is not what ${path} was started with: leave it out, a run keeps its own`);
  if (flags.browser !== undefined && given.browser === undefined)
    throw new Error(
      `${path} names a program to start, and a file may come from anyone: if you trust it, name it too: --browser ${quoted(flags.browser)}`,
    );
  const anew = explicit.filter(({ name }) => FREE.includes(name) && name !== 'budget');
  // How the figures are shown is not the run's own.
  const kept = Object.entries(flags).filter(([name]) => name !== 'json');
  const laid = Object.fromEntries([...kept, ...anew.map(({ name }) => [name, given[name]])]) as Flags;
  return { words, flags: laid, resumed };
}
