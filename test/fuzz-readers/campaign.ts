import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Line, Task } from './child.ts';

/** An input that broke a rule, and which. */
export type Fault = { readonly reader: string; readonly number: number; readonly what: string };
export type Counts = { valid: number; refused: number; fault: number; seconds: number; slowest: number };
export type Outcome = { readonly counts: ReadonlyMap<string, Counts>; readonly faults: readonly Fault[] };

/** Seconds that a child may be silent: it starts in a few, and an input may take two. */
const SILENCE = 40;
/** Memory at which a child is stopped for the machine's sake, in pages of 4 KiB. */
const MOST_PAGES = (3 * 2 ** 30) / 4096;
const POLL = 100;

/** Memory pages of a process, where the system reports them. */
function pagesOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Runs tasks in one child until it ends or has to be stopped. Returns why it ended badly, if it did. */
async function runChild(seed: number, tasks: readonly Task[], tell: (line: Line) => void): Promise<string | undefined> {
  const options = ['--import', 'tsx', '--max-old-space-size=2048', join(import.meta.dirname, 'child.ts')];
  const child = spawn(process.execPath, [...options, `${seed}`, JSON.stringify(tasks)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [heard, stopped, errors] = [Date.now(), '', ''];
  child.stderr.on('data', (text: Buffer) => {
    errors = (errors + text.toString('utf8')).slice(-2000);
  });
  const stop = (why: string) => {
    stopped ||= why;
    child.kill('SIGKILL');
  };
  const watch = setInterval(() => {
    if (Date.now() - heard > 1000 * SILENCE) stop(`slow: over ${SILENCE} s`);
    if (pagesOf(child.pid ?? 0) > MOST_PAGES) stop('memory: over 3 GB');
  }, POLL);
  const closed = new Promise<string>((resolve) => {
    child.on('close', (code, signal) => resolve(code === 0 ? '' : `the process died (${signal ?? code})`));
  });
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      heard = Date.now();
      tell(JSON.parse(text) as Line);
    }
    const died = await closed;
    if (stopped || died === '') return stopped || undefined;
    const reason = errors.match(/(FATAL ERROR|Error): .*/)?.[0];
    return reason === undefined ? died : `${died}: ${reason}`;
  } finally {
    clearInterval(watch);
    child.kill('SIGKILL');
  }
}

/** What is left of tasks after so many inputs. */
function after(tasks: readonly Task[], count: number): Task[] {
  let passed = count;
  return tasks.flatMap((task) => {
    const from = Math.min(task.to, task.from + passed);
    passed -= from - task.from;
    return from < task.to ? [{ ...task, from }] : [];
  });
}

/** Time and memory depend on earlier inputs, so an input must also fail alone. */
async function isConfirmed(seed: number, { reader, number, what }: Fault): Promise<boolean> {
  if (!/^(slow|memory): /.test(what)) return true;
  const lines: Line[] = [];
  const died = await runChild(seed, [{ reader, from: number, to: number + 1 }], (line) => lines.push(line));
  return died !== undefined || lines.some(({ kind }) => kind === 'fault');
}

/** Reads all inputs of some tasks, and continues after inputs that kill a child. */
export async function campaign(seed: number, tasks: readonly Task[], tell: (fault: Fault) => void): Promise<Outcome> {
  const counts = new Map<string, Counts>();
  const faults: Fault[] = [];
  const countsOf = (reader: string): Counts => {
    const found = counts.get(reader) ?? { valid: 0, refused: 0, fault: 0, seconds: 0, slowest: 0 };
    counts.set(reader, found);
    return found;
  };
  const settle = async (fault: Fault) => {
    if (!(await isConfirmed(seed, fault))) {
      countsOf(fault.reader).refused++;
      return;
    }
    countsOf(fault.reader).fault++;
    faults.push(fault);
    tell(fault);
  };
  let silent = 0;
  for (let left: readonly Task[] = tasks; left.length > 0; ) {
    const found: Fault[] = [];
    let told = 0;
    const died = await runChild(seed, left, ({ kind, what, seconds, reader, number }) => {
      told++;
      const count = countsOf(reader);
      count.seconds += seconds;
      count.slowest = Math.max(count.slowest, seconds);
      if (kind === 'fault') found.push({ reader, number, what });
      else count[kind]++;
    });
    silent = told === 0 ? silent + 1 : 0;
    if (silent > 5) throw new Error(`no input is read: ${died}`);
    left = after(left, told);
    const [next] = left;
    if (died !== undefined && next !== undefined) {
      // The failing input is the one after the last reported one.
      found.push({ reader: next.reader, number: next.from, what: died });
      left = after(left, 1);
    }
    for (const fault of found) await settle(fault);
  }
  return { counts, faults };
}
