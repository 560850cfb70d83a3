import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { count, whole } from '../../scripts/options.ts';
import { campaign, type Fault } from './campaign.ts';
import { shareOut } from './input.ts';
import { inputOf } from './mutate.ts';
import { READERS } from './readers/table.ts';

/**
 * `npm run fuzz:readers -- --inputs N --seed S [--reader NAME] [--only NUMBER] [--out FOLDER]`: mutated inputs, as many for each
 * reader, of which each has to be read, or refused in one line, in 2 s and 512 MB beyond its size. Those that are not
 * are written to a folder. `--only` reads one input again, here, and shows its error with the stack.
 */
type Flags = { inputs: number; seed: number; reader?: string; only?: number; out: string };

const values = new Command('fuzz:readers')
  .option('--inputs <count>', 'how many, over all readers', count, 20_000)
  .option('--seed <number>', 'decides the mutations', whole, 1)
  .addOption(new Option('--reader <name>', 'one reader alone').choices(READERS.map(({ id }) => id)))
  .option('--only <number>', 'reads one input again and shows where it fails', whole)
  .option('--out <folder>', 'where inputs at fault go', 'reports/out/fuzz-readers')
  .parse()
  .opts<Flags>();
const { seed } = values;
const readers = READERS.filter(({ id }) => values.reader === undefined || id === values.reader);
/** Faults that differ only in figures and names are shown a few times, then counted. */
const kindOf = ({ reader, what }: Fault) =>
  `${reader}: ${what
    .replace(/(SyntaxError|characters|marks):.*/, '$1')
    .replace(/\d+(\.\d+)?/g, 'N')
    .slice(0, 100)}`;
const SHOWN = 3;

/** Writes an input's files, and says in one line what is wrong with it. */
function keep({ reader: id, number, what }: Fault): void {
  const reader = readers.find((one) => one.id === id);
  if (reader === undefined) return;
  const { main, parts } = inputOf(reader, seed, number);
  mkdirSync(values.out, { recursive: true });
  const name = `${id}-${seed}-${number}`;
  writeFileSync(join(values.out, name), main);
  for (const [part, bytes] of parts) writeFileSync(join(values.out, `${name}.${part}`), bytes);
  writeFileSync(join(values.out, 'README.txt'), `${name}: ${what}\n`, { flag: 'a' });
}

if (values.only !== undefined) {
  for (const reader of readers) {
    const input = inputOf(reader, seed, values.only);
    keep({ reader: reader.id, number: values.only, what: 'read again' });
    const start = performance.now();
    try {
      console.log(await reader.read(input));
    } catch (error) {
      console.log(error instanceof Error ? error.stack?.slice(0, 2000) : error);
    }
    console.log(`${(performance.now() - start).toFixed(0)} ms, ${input.main.length} bytes`);
  }
  process.exit();
}

const kinds = new Map<string, number>();
const tasks = shareOut(readers, values.inputs);
const { counts, faults } = await campaign(seed, tasks, (fault) => {
  const kind = kindOf(fault);
  const before = kinds.get(kind) ?? 0;
  kinds.set(kind, before + 1);
  if (before >= SHOWN) return;
  console.log(`${fault.reader} ${fault.number}: ${fault.what}`);
  keep(fault);
});
const rounded = (seconds: number) => Number(seconds.toFixed(2));
console.table(
  Object.fromEntries(
    [...counts].map(([id, { seconds, slowest, ...count }]) => [
      id,
      { ...count, seconds: rounded(seconds), slowest: rounded(slowest) },
    ]),
  ),
);
for (const [kind, count] of kinds) console.log(`${count} × ${kind}`);
console.log(`${faults.length} of ${tasks.reduce((sum, { to }) => sum + to, 0)} inputs are faults; seed ${seed}`);
process.exitCode = faults.length > 0 ? 1 : 0;
