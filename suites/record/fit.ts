import { cut, plain } from '../../reference/text.ts';
import type { Environment, Header } from './header.ts';
import { sameShard, shardDifference } from './shard-fit.ts';

/** A header, and the file that holds it. */
type Headed = { readonly file: string; readonly header: Header };

/** What differs between two files, and its value in each. */
type Difference = { readonly what: string; readonly values: readonly [string, string] };

/** Characters of a value that an error shows. */
const SHOWN = 80;

const NONE = 'none';

/** The last value typed for an option. Its words are sorted, since the order of a list does not matter. */
function optionOf(command: readonly string[], option: string): string {
  const typed = command.flatMap((word, i) => {
    if (word.startsWith(`${option}=`)) return [word.slice(option.length + 1)];
    return word === option ? [command[i + 1] ?? ''] : [];
  });
  return typed.at(-1)?.split(',').sort().join(',') ?? 'the profile’s';
}

const asked = (option: string) => ({ what: option, of: ({ command }: Header) => optionOf(command, option) });

/**
 * Options that change the meaning of a run's figures, so they must be equal. The seed is not among them: it only orders
 * the cells.
 */
const OPTIONS: readonly { readonly what: string; readonly of: (header: Header) => string }[] = [
  { what: 'commit', of: ({ commit }) => commit ?? NONE },
  { what: '--profile', of: ({ profile }) => profile },
  { what: '--rounds', of: ({ rounds }) => `${rounds}` },
  { what: '--within', of: ({ within }) => (within === null ? NONE : `${Number((100 * within).toPrecision(6))}%`) },
  ...['--samples', '--warmup', '--scenario'].map(asked),
];

/** Parts of a fingerprint that depend on what a run used: two files may list different packages, or no browser. */
const USED = ['packages', 'browser'];

/** Parts of a browser that must be equal, where both files have one. */
const browserParts = ({ browser }: Environment): { readonly [what: string]: string } =>
  browser === null ? {} : { browser: `${browser.name} ${browser.version}`, 'browser flags': browser.flags.join(' ') };

/** An own property of the object: a name in a file may be that of an inherited one. */
const own = (record: { readonly [name: string]: string }, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** The first name that has a value in both and differs. */
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

/** Parts of a machine's software. Shards may run on machines that differ in all others. */
const SOFTWARE = ['node'];

/** The first difference between two machines, or their software. Of shards, only of the software. */
function machineDifference(a: Header, b: Header): Difference | undefined {
  const [p, q] = [a.fingerprint.parts, b.fingerprint.parts];
  const sharded = a.shard !== undefined && b.shard !== undefined;
  const parts = [...Object.keys(p), ...Object.keys(q)].filter((part) =>
    sharded ? SOFTWARE.includes(part) : !USED.includes(part),
  );
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

/** The first custom model whose files differ. */
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

/** Why two files cannot be read as one run: one line that names both and says what to do. Undefined where they can. */
export function misfit(a: Headed, b: Headed): string | undefined {
  const say = (one: string, { what, values: [x, y] }: Difference, fix: string) =>
    `${a.file} and ${b.file} are not from the same ${one}: they differ in ${shown(what)} (${shown(x)}; ${shown(y)}): ${fix}`;
  const apart = compareCommand(a.file, b.file);
  const turns = firstOf(
    ['--aa'],
    () => versionOf(a.header),
    () => versionOf(b.header),
  );
  if (turns !== undefined)
    return say('run', turns, turns.values.includes(NONE) ? 'read each separately' : `compare the two: ${apart}`);
  const shards = shardDifference(a.header, b.header);
  if (shards !== undefined) return say('run', shards, 'name the shards of one run, or read each separately');
  const twice = sameShard(a.header, b.header);
  if (twice !== undefined) return `${a.file} and ${b.file} are both shard ${twice}: leave one out`;
  const machine = machineDifference(a.header, b.header);
  if (machine !== undefined) return say('machine', machine, `read each separately, or compare them: ${apart}`);
  const rows = new Map(OPTIONS.map(({ what, of }) => [what, of]));
  const valueIn = (header: Header) => (what: string) => rows.get(what)?.(header);
  const option = firstOf(rows.keys(), valueIn(a.header), valueIn(b.header)) ?? modelDifference(a.header, b.header);
  return option && say('run', option, 'run both with the same options, or read each separately');
}
