import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../suites/hosts/bundle.ts';

/** Folders of a run that are shared with no other run. Its temporary files show which processes are its own. */
export type World = { readonly tmp: string; readonly cache: string; readonly out: string };

export function worldIn(folder: string): World {
  const world = { tmp: join(folder, 'tmp'), cache: join(folder, 'cache'), out: join(folder, 'out') };
  for (const path of [world.tmp, world.cache]) mkdirSync(path, { recursive: true });
  return world;
}

/** The environment variable that names a world to all processes started in it. */
export const MARK = 'RESNET_TEST_WORLD';

/** A running command line: its output so far, and how it ends. */
export type Running = {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it wrote to standard error so far. */
  said(): string;
  /** Resolves once it has printed a text this many times. Throws where it ends before. */
  until(text: string, times: number): Promise<void>;
  readonly ended: Promise<{ code: number | NodeJS.Signals | null; out: string; err: string }>;
};

/** Starts the command line as npm does, in a world of its own; with no mirror. */
export function start(words: readonly string[], world: World, more: { [name: string]: string }): Running {
  const { RESNET_MIRROR: _, ...rest } = process.env;
  const env = { ...rest, TMPDIR: world.tmp, [MARK]: world.tmp, RESNET_CACHE: world.cache, NO_COLOR: '1', ...more };
  const entry = ['--import', 'tsx', join(ROOT, 'scripts/cli.ts'), ...words];
  const child = spawn(process.execPath, entry, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  const listeners = new Set<() => void>();
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
    for (const listener of listeners) listener();
  });
  const ended = new Promise<{ code: number | NodeJS.Signals | null; out: string; err: string }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code: signal ?? code, out, err })),
  );
  return {
    child,
    pid: child.pid ?? 0,
    said: () => err,
    ended,
    until: (text, times) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (err.split(text).length <= times) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        ended.then(() => reject(new Error(`it ended before it said '${text}' ${times} times: ${err}`)));
      }),
  };
}

type Living = { readonly pid: number; readonly command: string; readonly group: string };

/** Groups of a world's browsers that were seen: a browser's own processes hide what they were started with. */
const browsers = new Map<string, Set<string>>();

/** Running processes of a world, without zombies, found by their environment. On Linux only. */
export function living({ tmp }: World): Living[] {
  const groups = browsers.get(tmp) ?? new Set();
  browsers.set(tmp, groups);
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const own = readFileSync(`/proc/${name}/environ`, 'utf8').includes(`${MARK}=${tmp}`);
        if (own && command.includes('--user-data-dir=')) groups.add(group);
        return state === 'Z' ? [] : [{ pid: Number(name), command, group, own }];
      } catch {
        return [];
      }
    });
  return all.filter(({ own, group }) => own || groups.has(group));
}

/** The content of a folder, by relative paths, without tsx's cache. */
export function below(folder: string): string[] {
  try {
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return all.filter((name) => !/^(tsx-\d+|node-compile-cache)(\/|$)/.test(name)).sort();
  } catch {
    return [];
  }
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Resolves once it holds, or rejects with what `otherwise` says after so many milliseconds. */
export async function eventually(holds: () => boolean, ms: number, otherwise: () => string): Promise<void> {
  for (const end = Date.now() + ms; !holds(); await sleep(50)) if (Date.now() > end) throw new Error(otherwise());
}

/** Runs mount(8) with these words. Returns why it failed, if it did. */
export function mount(...words: string[]): string | undefined {
  try {
    execFileSync('mount', words, { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return (error as Error).message.trim().split('\n').at(-1);
  }
}
