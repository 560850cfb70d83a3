import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { judgedAcross } from '../record/across.ts';
import { parseRun } from '../record/record.ts';
import { count } from '../stats/format.ts';
import { type Accepted, acceptedSchema } from './accepted.ts';
import { addBeside, ENDINGS, nightFiles, nightName, replaceDerived, textIn } from './folder.ts';
import { judgedSchema } from './judged.ts';
import { type Night, nightSchema, pairsOf, summarise } from './night.ts';

/** The version of the index and of the verdicts. */
const INDEX = 1;
const indexSchema = z.strictObject({ schema: z.literal(INDEX), nights: z.array(nightSchema) });

/** A history, as far as it can be read. */
export type NightHistory = {
  readonly nights: readonly Night[];
  readonly accepted: readonly Accepted[];
  /** One line for each thing that is not as it should be: damaged and newer files, gaps, clocks. */
  readonly notices: readonly string[];
};

const indexPath = (folder: string): string => join(folder, 'index.json');

/** The lines of the index by number; empty where it is missing, damaged or of another version: it is made again. */
function readIndex(folder: string): Map<number, Night> {
  try {
    const { nights } = indexSchema.parse(JSON.parse(textIn(indexPath(folder)) ?? ''));
    return new Map(nights.map((night) => [night.number, night]));
  } catch {
    return new Map();
  }
}

type Files = ReturnType<typeof nightFiles>;
const sizesOf = (files: Files extends Map<number, infer F> ? F : never): Night['files'] =>
  Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));

/** Reads a night from its files. Throws one line where its run cannot be read; `note` takes lines about the rest. */
function readNight(folder: string, number: number, files: Night['files'], note: (line: string) => void): Night {
  const path = (ending: string) => join(folder, nightName(number) + ending);
  const run = judgedAcross(parseRun(readFileSync(path(ENDINGS.run)), path(ENDINGS.run)));
  const has = (ending: string) => Object.hasOwn(files, nightName(number) + ending);
  const orElse = <T>(read: () => T, other: T): T => {
    try {
      return read();
    } catch (error) {
      note(`${(error as Error).message.split('\n')[0]}: it is left as it is, and not used`);
      return other;
    }
  };
  const read = (ending: string) => judgedAcross(parseRun(readFileSync(path(ending)), path(ending)));
  const pairs = has(ENDINGS.a) && has(ENDINGS.b) ? orElse(() => pairsOf(read(ENDINGS.a), read(ENDINGS.b)), []) : [];
  const judged = has(ENDINGS.judged)
    ? orElse(() => {
        const found = judgedSchema.safeParse(JSON.parse(textIn(path(ENDINGS.judged)) ?? ''));
        if (!found.success) throw new Error(`${path(ENDINGS.judged)} is not a verdict that this version reads`);
        return found.data;
      }, null)
    : null;
  return { ...summarise(run), number, files, pairs, judged };
}

/** The accepted changes. One that cannot be read is said, and left as it is. */
function readAccepted(folder: string, note: (line: string) => void): Accepted[] {
  return readdirSync(folder)
    .filter((name) => /^accepted-\d+\.json$/.test(name))
    .sort()
    .flatMap((name) => {
      try {
        return z.array(acceptedSchema).parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      } catch {
        note(`${join(folder, name)} is damaged or of another version: it is left as it is, and accepts nothing`);
        return [];
      }
    });
}

/**
 * Reads a history. Lines of the index whose files are the same are believed, the others are made again. A night that
 * cannot be read is said, left as it is, and not used. Throws one line where the folder cannot be read.
 */
export function readHistory(folder: string): NightHistory {
  const notices: string[] = [];
  const note = (line: string) => notices.push(line);
  const index = readIndex(folder);
  const nights = [...nightFiles(folder)].flatMap(([number, found]): Night[] => {
    const files = sizesOf(found);
    const known = index.get(number);
    if (known !== undefined && JSON.stringify(known.files) === JSON.stringify(files)) return [known];
    if (!Object.hasOwn(files, nightName(number) + ENDINGS.run)) {
      note(`${nightName(number)} has no run, only ${Object.keys(files).join(', ')}: it is left as it is, and not used`);
      return [];
    }
    try {
      return [readNight(folder, number, files, note)];
    } catch (error) {
      note(`${(error as Error).message.split('\n')[0]}: it is left as it is, and not used`);
      return [];
    }
  });
  nights.sort((a, b) => a.number - b.number);
  for (const { number, damaged, ended } of nights) {
    if (damaged.length > 0) note(`${nightName(number)} has damaged lines, which are skipped: ${damaged[0]}`);
    if (!ended) note(`${nightName(number)} has no end record: its run was cut short`);
  }
  return { nights, accepted: readAccepted(folder, note), notices };
}

/** Writes the index, from which the next reader saves work. */
export const writeIndex = (folder: string, nights: readonly Night[]): void =>
  replaceDerived(indexPath(folder), `${JSON.stringify({ schema: INDEX, nights })}\n`);

/** Adds accepted changes as a file of its own. */
export const writeAccepted = (folder: string, accepted: readonly Accepted[]): string =>
  addBeside(folder, (time) => `accepted-${time}.json`, `${JSON.stringify(accepted, null, 2)}\n`);

/**
 * Removes the oldest nights of a machine, so that `keep` stay, and returns a line for them. Nights of other machines, and
 * those that cannot be read, stay.
 */
export function retain(folder: string, nights: readonly Night[], machine: string, keep: number): string[] {
  const own = nights.filter((night) => night.machine === machine);
  const old = own.slice(0, Math.max(0, own.length - keep));
  const [first, last] = [old[0], old.at(-1)];
  if (first === undefined || last === undefined) return [];
  for (const { files } of old) for (const name of Object.keys(files)) rmSync(join(folder, name), { force: true });
  return [
    `removed ${count(old.length, 'night')} of this machine, ${nightName(first.number)} to ${nightName(last.number)}: more than --keep ${keep}`,
  ];
}
