import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRun, type Run } from '../../suites/record/record.ts';
import { below, eventually, living, type Running, type World } from './world.ts';

type End = Awaited<Running['ended']> | undefined;
type Faults = { readonly faults: readonly { readonly fault: { readonly name: string; readonly kills: boolean } }[] };

/** Exit codes that the README names. */
const CODES: readonly unknown[] = [0, 1, 2, 129, 130, 143];

/** A stack trace, or an error that is not a message for users. */
const STACK = /^\s+at .+:\d+:\d+\)?$|UnhandledPromise|Cannot read propert|is not a function|\[object Object\]/m;
const LONGEST_LINE = 2000;
const LONGEST_ERROR = 500;

const kills = ({ faults }: Faults): boolean => faults.some(({ fault }) => fault.kills);

/** What is wrong with a run's end and output. `main`: the run at which the faults were directed. */
export function violationsOf(end: End, plan: Faults, main: boolean): string[] {
  if (end === undefined) return ['it did not end'];
  const { code, err } = end;
  const found: string[] = [];
  const killed = main && kills(plan);
  // A limit of memory or files may end Node itself, which has no handler then.
  // Before it has said or opened anything, Node's own way of a signal is right too.
  const unheard = main && err === '' && plan.faults.some(({ fault }) => fault.name.startsWith(`${code} `));
  if (!CODES.includes(code) && !(killed && code === 'SIGKILL') && !unheard)
    found.push(`exit code ${code}: ${err.slice(-600)}`);
  const stack = err.match(STACK);
  if (stack !== null) found.push(`it shows a stack or an inner error: ${err.slice(stack.index ?? 0).slice(0, 400)}`);
  const errors = err.split('\n').filter((line) => line.startsWith('error:'));
  if (code === 2 && errors.length !== 1)
    found.push(`exit code 2 with ${errors.length} lines of error: ${err.slice(-400)}`);
  if (errors.some((line) => line.length > LONGEST_ERROR)) found.push('an error is longer than 500 characters');
  if (err.split('\n').some((line) => line.length > LONGEST_LINE + 100))
    found.push('a line is longer than 2,000 characters');
  return found;
}

/** A run file, and how many of its characters are whole lines; undefined where it holds no whole header. */
export function readableRun(path: string): { run: Run; whole: number } | undefined {
  const text = readFileSync(path, 'utf8');
  const whole = text.lastIndexOf('\n') + 1;
  return whole === 0 ? undefined : { run: parseRun(text.slice(0, whole), path), whole };
}

function runViolations(path: string, end: End, killed: boolean): string[] {
  const found: string[] = [];
  let read: ReturnType<typeof readableRun>;
  try {
    read = readableRun(path);
  } catch (error) {
    return [`${path} cannot be read: ${(error as Error).message}`];
  }
  if (read === undefined) return killed ? [] : [`${path} is empty`];
  const { run, whole } = read;
  if (run.damaged.length > 0) found.push(`a damaged line: ${run.damaged[0]}`);
  if (!killed && whole < readFileSync(path, 'utf8').length) found.push('half a line at its end');
  for (const { id, outcome } of run.records)
    if (outcome.status === 'wrong' || outcome.status === 'suspect')
      found.push(`${id} is called ${outcome.status}: ${outcome.reason}`);
  const shown = end !== undefined && end.code !== 2 && !killed;
  for (const report of shown ? ['.html', '.csv'] : [])
    if (!existsSync(path.replace(/\.jsonl$/, report))) found.push(`no ${report} beside ${path}`);
  return found;
}

/** What ended runs have left and should not have. */
export async function violationsAfter(
  world: World,
  plan: Faults,
  ends: readonly End[],
  foreign: ReadonlyMap<string, string>,
): Promise<string[]> {
  const found: string[] = [];
  const killed = kills(plan) || ends.includes(undefined);
  const alive = () => living(world).map(({ pid, command }) => `${pid} ${command.slice(0, 100)}`);
  await eventually(
    () => alive().length === 0,
    8000,
    () => `still running: ${alive().join('; ')}`,
  ).catch(({ message }: Error) => found.push(message));
  const halves = below(world.cache).filter((name) => name.endsWith('.part'));
  // The next run removes what a killed run leaves.
  if (!killed && below(world.tmp).length > 0) found.push(`temporary files are left: ${below(world.tmp).slice(0, 5)}`);
  if (!killed && halves.length > 0) found.push(`half written files are left in the cache: ${halves.slice(0, 5)}`);
  for (const [path, text] of foreign)
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) found.push(`a foreign file was touched: ${path}`);
  const runs = readdirSync(world.out).filter((name) => name.endsWith('.jsonl'));
  // With two runs it is not known which file is whose, and a full disk may have kept one's reports from being written.
  const end = ends.length === 1 && runs.length === 1 ? ends[0] : undefined;
  for (const name of runs) found.push(...runViolations(join(world.out, name), end, killed || ends.length > 1));
  return found;
}
