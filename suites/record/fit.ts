import { cut, plain } from '../../reference/text.ts';
import type { Environment, Header } from './header.ts';

/** A header, and the file that it is from. */
type Headed = { readonly file: string; readonly header: Header };

/** What differs between two files, and its value in each. */
type Difference = { readonly what: string; readonly values: readonly [string, string] };

/** Characters of a value that an error shows. */
const SHOWN = 80;

const NONE = 'none';

/** What was typed for an option, the last time; its words in order, as the order of a list says nothing. */
function optionOf(command: readonly string[], option: string): string {
  const typed = command.flatMap((word, i) => {
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    return word === option ? [command[i + 1] ?? ''] : [];
  });
  return typed.at(-1)?.split(',').sort().join(',') ?? 'the profile’s';
}

const asked = (option: string) => ({ what: option, of: ({ command }: Header) => optionOf(command, option) });

/** What changes the meaning of a run's figures, and must be alike. The seed only orders the cells. */
const OPTIONS: readonly { readonly what: string; readonly of: (header: Header) => string }[] = [
  { what: 'commit', of: ({ commit }) => commit ?? NONE },
  { what: '--profile', of: ({ profile }) => profile },
  { what: '--rounds', of: ({ rounds }) => `${rounds}` },
  { what: '--within', of: ({ within }) => (within === null ? NONE : `${Number((100 * within).toPrecision(6))}%`) },
  ...['--samples', '--warmup', '--scenario'].map(asked),
];

/** Parts of a fingerprint that depend on what a run used: two files may tell of different packages and of no browser. */
const USED = ['packages', 'browser'];

/** What must be alike of two browsers, where both files have one. */
const browserParts = ({ browser }: Environment): { readonly [what: string]: string } =>
  browser === null ? {} : { browser: `${browser.name} ${browser.version}`, 'browser flags': browser.flags.join(' ') };

/** A value that a record itself has: a file may name one as what every object has. */
const own = (record: { readonly [name: string]: string }, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** The first of the names whose values are told by both and differ. */
function firstOf(
  names: Iterable<string>,
  a: (name: string) => string | undefined,
  b: (name: string) => string | undefined,
): Difference | undefined {
  for (const what of new Set(names)) {
    const [x, y] = [a(what), b(what)];
    if (x !== undefined && y !== undefined && x !== y) return { what, values: [x, y] };
  }
  return undefined;
}

/** The first part of two machines, or of their software, that differs. */
function machineDifference(a: Header, b: Header): Difference | undefined {
  const [p, q] = [a.fingerprint.parts, b.fingerprint.parts];
  const parts = [...Object.keys(p), ...Object.keys(q)].filter((part) => !USED.includes(part));
  const [x, y] = [a.environment, b.environment];
  return (
    firstOf(
      parts,
      (part) => own(p, part) ?? NONE,
      (part) => own(q, part) ?? NONE,
    ) ??
    firstOf(
      Object.keys(browserParts(x)),
      (what) => browserParts(x)[what],
      (what) => browserParts(y)[what],
    ) ??
    firstOf(
      Object.keys(x.packages),
      (name) => own(x.packages, name),
      (name) => own(y.packages, name),
    )
  );
}

/** The first model of a person whose files differ. */
function modelDifference(a: Header, b: Header): Difference | undefined {
  const filesOf =
    ({ models = [] }: Header) =>
    (id: string) => {
      const model = models.find((one) => one.id === id);
      return (
        model &&
        [model.architecture ?? [], model.files.map(({ name, sha256 }) => `${name} ${sha256}`)].flat().join(', ')
      );
    };
  const found = firstOf(
    (a.models ?? []).map(({ id }) => id),
    filesOf(a),
    filesOf(b),
  );
  return found && { what: `the files of ${found.what}`, values: found.values };
}

const versionOf = ({ pair }: Header): string => (pair === null ? NONE : `version ${pair.variant}`);

const shown = (text: string): string => cut(plain(text), SHOWN);

/** The command that compares two files. */
export const compareCommand = (a: string, b: string): string => `npm run compare -- ${a} ${b}`;

/** Why two files cannot be read as one run, in one line that names both and says what to do; undefined where they can. */
export function misfit(a: Headed, b: Headed): string | undefined {
  const say = (one: string, { what, values: [x, y] }: Difference, fix: string) =>
    `${a.file} and ${b.file} are not of one ${one}: they differ in ${shown(what)} (${shown(x)}; ${shown(y)}): ${fix}`;
  const apart = compareCommand(a.file, b.file);
  const turns = firstOf(
    ['--aa'],
    () => versionOf(a.header),
    () => versionOf(b.header),
  );
  if (turns !== undefined)
    return say('run', turns, turns.values.includes(NONE) ? 'read each by itself' : `compare the two: ${apart}`);
  const machine = machineDifference(a.header, b.header);
  if (machine !== undefined) return say('machine', machine, `read each by itself, or compare them: ${apart}`);
  const rows = new Map(OPTIONS.map(({ what, of }) => [what, of]));
  const valueIn = (header: Header) => (what: string) => rows.get(what)?.(header);
  const option = firstOf(rows.keys(), valueIn(a.header), valueIn(b.header)) ?? modelDifference(a.header, b.header);
  return option && say('run', option, 'run both alike, or read each by itself');
}
