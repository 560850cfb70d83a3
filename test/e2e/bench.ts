import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../../suites/hosts/bundle.ts';
import { parseRun, type Run } from '../../suites/record/record.ts';

export const ROUNDS = 3;

/** Several suites on three quick backends, without a browser. */
export const QUERY = [
  ...['*:resnet20.seed0', '--backends', 'ort-node/cpu,null,f64'],
  // Rounds are asked for, so visits are repeated however long they take on a busy machine.
  ...['--rounds', `${ROUNDS}`, '--samples', '5'],
];

export const readFile = (path: string): Run => parseRun(readFileSync(path, 'utf8'), path);

/** A bench that is running: its process, and its run files. */
type Bench = { readonly pid: number; kill(signal: NodeJS.Signals): void; readonly paths: readonly string[] };

/** How it ended: its exit code or signal, what it said, and its run files. */
export type Ended = { readonly ended: unknown; readonly err: string; readonly paths: readonly string[] };

/** Starts a real bench that writes into `out`, calls `at` when its nth visit begins, and waits until it ends. */
export async function startBench(
  out: string,
  cache: string,
  words: readonly string[],
  at: (visit: number, bench: Bench) => void,
): Promise<Ended> {
  const env = { ...process.env, RESNET_CACHE: cache, NO_COLOR: '1' };
  const entry = ['--import', 'tsx', join(ROOT, 'scripts/cli.ts'), 'bench', ...words, '--out', out];
  const child = spawn(process.execPath, entry, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const runFiles = () => {
    const names = readdirSync(out).filter((name) => name.endsWith('.jsonl'));
    return names.sort().map((name) => join(out, name));
  };
  let err = '';
  let visits = 0;
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
    for (const _ of text.toString().matchAll(/· round /g))
      at(++visits, { pid: child.pid ?? 0, kill: (signal) => child.kill(signal), paths: runFiles() });
  });
  const ended = await new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));
  if (visits === 0) throw new Error(`it did not begin: ${err}`);
  return { ended, err, paths: runFiles() };
}

/** Every cell that was planned has each of its rounds, once. */
export function expectWhole({ header, records, damaged }: Run): void {
  expect(damaged).toEqual([]);
  const places = records.map(({ id, round }) => `${round} ${id}`);
  const wanted = header.plan.flatMap((id) => Array.from({ length: ROUNDS }, (_, round) => `${round} ${id}`));
  expect(places.sort()).toEqual(wanted.sort());
}
