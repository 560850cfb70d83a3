import { writeSync } from 'node:fs';
import { inputOf } from './mutate.ts';
import { READERS } from './readers/table.ts';
import { judge, type Verdict } from './verdict.ts';

/** Inputs of a reader, by their numbers. */
export type Task = { readonly reader: string; readonly from: number; readonly to: number };
/** What a child writes, a line of JSON for each input. */
export type Line = Verdict & { readonly reader: string; readonly number: number };

/** Writes a whole line before it returns: output that waits in memory is lost when the process dies. */
function say(line: Line): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

// A separate process, so that an input that hangs or takes all memory can be identified: the one after the last line.
const [seed = '', tasks = ''] = process.argv.slice(2);
for (const { reader: id, from, to } of JSON.parse(tasks) as Task[]) {
  const reader = READERS.find((one) => one.id === id);
  if (reader === undefined) throw new Error(`no reader '${id}': there are ${READERS.map((one) => one.id).join(', ')}`);
  for (let number = from; number < to; number++) {
    const verdict = await judge(reader, inputOf(reader, Number(seed), number));
    say({ reader: id, number, ...verdict });
    // A process's peak memory never falls, so later inputs would go unnoticed: another process continues.
    if (verdict.what.startsWith('memory')) process.exit(0);
  }
}
