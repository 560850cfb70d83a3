import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Line, Task } from './child.ts';

/** An input that broke a rule, and which. */
export type Fault = { readonly reader: string; readonly number: number; readonly what: string };
export type Counts = { valid: number; refused: number; fault: number };
export type Outcome = { readonly counts: ReadonlyMap<string, Counts>; readonly faults: readonly Fault[] };

/** How long a child may be silent, in seconds: it starts in a few, and an input may take two. */
const SILENCE = 40;
/** Memory at which a child is stopped for the machine's sake, in pages of 4 KiB. */
const MOST_PAGES = (3 * 2 ** 30) / 4096;
const POLL = 100;

/** Pages of memory that a process has, where the system tells. */
function pagesOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Runs tasks in one child until it ends or has to be stopped. Says why it did not end well, if so. */
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

/** What is left of tasks after the input of a number. */
const after = (tasks: readonly Task[], index: number, number: number): Task[] =>
  tasks.slice(index).flatMap((task, i) => {
    const left = i === 0 ? { ...task, from: number + 1 } : task;
    return left.from < left.to ? [left] : [];
  });

/** Time and memory depend on what came before, so an input has to be at fault by itself, too. */
async function isConfirmed(seed: number, { reader, number, what }: Fault): Promise<boolean> {
  if (!/^(slow|memory): /.test(what)) return true;
  const lines: Line[] = [];
  const died = await runChild(seed, [{ reader, from: number, to: number + 1 }], (line) => lines.push(line));
  return died !== undefined || lines.some(({ kind }) => kind === 'fault');
}

/** Reads all inputs of some tasks, and goes on after those that a child dies of. */
export async function campaign(seed: number, tasks: readonly Task[], tell: (fault: Fault) => void): Promise<Outcome> {
  const counts = new Map(tasks.map(({ reader }) => [reader, { valid: 0, refused: 0, fault: 0 }]));
  const faults: Fault[] = [];
  for (let left: readonly Task[] = tasks; left.length > 0; ) {
    const found: Fault[] = [];
    let [index, number] = [0, (left[0]?.from ?? 0) - 1];
    const died = await runChild(seed, left, ({ kind, what, ...at }) => {
      while (left[index]?.reader !== at.reader) index++;
      number = at.number;
      const count = counts.get(at.reader);
      if (kind === 'fault') found.push({ ...at, what });
      else if (count) count[kind as 'valid' | 'refused']++;
    });
    if (
      died !== undefined &&
      number < 0 &&
      index === 0 &&
      !/^(slow|memory)/.test(died) &&
      found.length === 0 &&
      left === tasks
    )
      throw new Error(`no input was read: ${died}`);
    const task = left[index];
    if (died !== undefined && task !== undefined) {
      // The input at fault is the one after the last that was told of.
      const next = number + 1 < task.to ? { reader: task.reader, number: number + 1 } : undefined;
      const reader = next?.reader ?? left[index + 1]?.reader;
      if (reader === undefined) break;
      const at = next ?? { reader, number: left[index + 1]?.from ?? 0 };
      found.push({ ...at, what: died });
      left = next ? after(left, index, at.number) : after(left, index + 1, at.number);
    } else left = [];
    for (const fault of found) {
      const count = counts.get(fault.reader);
      if (await isConfirmed(seed, fault)) {
        if (count) count.fault++;
        faults.push(fault);
        tell(fault);
      } else if (count) count.refused++;
    }
  }
  return { counts, faults };
}
