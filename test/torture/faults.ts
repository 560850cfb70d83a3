import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { below, living, type Running, sleep, type World } from './world.ts';

/** A number in [0, 1), the next of a sequence. */
export type Chance = () => number;

export const pick = <T>(chance: Chance, list: readonly T[]): T => {
  const found = list[Math.floor(chance() * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
};

/** What a fault does to a run, and which traces it may leave. */
export type Fault = {
  readonly name: string;
  /** Applies the fault, and undoes what would not end on its own. Never throws where a process has ended meanwhile. */
  act(run: Running, world: World, chance: Chance): Promise<void>;
  /** Whether the run's own process is killed without a chance to clean up. */
  readonly kills: boolean;
};

const signal = (pid: number | undefined, name: NodeJS.Signals) => {
  // Number 0 would be this process's own group.
  if (pid === undefined || pid <= 0) return;
  try {
    process.kill(pid, name);
  } catch {}
};

const quietly = (command: string, words: readonly string[]) => {
  try {
    execFileSync(command, words, { stdio: 'pipe' });
  } catch {}
};

/**
 * Processes of the run that are no bench's main one. None before it has said anything: Node and its loader, which has a
 * process too, load this project's modules then.
 */
const others = ({ said }: Running, world: World) =>
  said() === '' ? [] : living(world).filter(({ command }) => !command.includes('cli.ts'));

const other = (run: Running, world: World, chance: Chance) => {
  const all = others(run, world);
  return all.length === 0 ? undefined : pick(chance, all);
};

const toMain = (name: NodeJS.Signals, kills: boolean): Fault => ({
  name: `${name} to the run`,
  kills,
  act: async ({ pid }) => signal(pid, name),
});

/** The ports that a process listens on, from Linux's /proc. */
function portsOf(pid: number): number[] {
  try {
    const sockets = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1] ?? [];
      } catch {
        return [];
      }
    });
    const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
    return lines.flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      return state === '0A' && sockets.includes(inode) ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
    });
  } catch {
    return [];
  }
}

const HOSTILE = [
  '//',
  '/bundle/%00',
  `/${'a'.repeat(5000)}`,
  '/%zz',
  '/bundle/../../etc/passwd',
  '/work/',
  'http://[/',
  '/truth/x',
];

/** Sends a request and abandons it immediately, or soon. */
const ask = (port: number, path: string, patience: number): Promise<void> =>
  new Promise((resolve) => {
    try {
      const asked = request({ host: '127.0.0.1', port, path, headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        answer.on('close', resolve);
      });
      asked.on('error', () => resolve());
      asked.on('close', resolve);
      setTimeout(() => asked.destroy(), patience);
      asked.end();
    } catch {
      resolve();
    }
  });

/** Fills the disk that a folder is on, which must be a small one, for a while. */
async function fill(folder: string, ms: number): Promise<void> {
  const path = join(folder, 'filler');
  try {
    writeFileSync(path, new Uint8Array(2 ** 26));
  } catch {
    // Writes until the last byte fits.
  }
  await sleep(ms);
  rmSync(path, { force: true });
}

/** Changes one byte of a cached truth. */
function flip({ cache }: World, chance: Chance): void {
  const truths = below(join(cache, 'truth')).filter((name) => name.endsWith('.bin'));
  if (truths.length === 0) return;
  const path = join(cache, 'truth', pick(chance, truths));
  const bytes = readFileSync(path);
  const at = Math.floor(chance() * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(chance() * 8));
  writeFileSync(path, bytes);
}

function cut({ cache }: World, chance: Chance): void {
  const truths = below(join(cache, 'truth')).filter((name) => name.endsWith('.bin'));
  if (truths.length === 0) return;
  const file = openSync(join(cache, 'truth', pick(chance, truths)), 'r+');
  ftruncateSync(file, Math.floor(chance() * 1000));
  closeSync(file);
}

export const FAULTS: readonly Fault[] = [
  toMain('SIGINT', false),
  toMain('SIGTERM', false),
  toMain('SIGHUP', false),
  toMain('SIGKILL', true),
  {
    name: 'SIGINT twice',
    kills: false,
    async act({ pid }, _, chance) {
      signal(pid, 'SIGINT');
      await sleep(chance() * 300);
      signal(pid, 'SIGINT');
    },
  },
  {
    name: 'the run stopped for a while',
    kills: false,
    async act({ pid }, _, chance) {
      signal(pid, 'SIGSTOP');
      await sleep(500 + chance() * 2000);
      signal(pid, 'SIGCONT');
    },
  },
  {
    name: 'a process killed',
    kills: false,
    act: async (run, world, chance) => signal(other(run, world, chance)?.pid, 'SIGKILL'),
  },
  {
    name: 'every other process killed',
    kills: false,
    async act(run, world) {
      for (const { pid } of others(run, world)) signal(pid, 'SIGKILL');
    },
  },
  {
    name: 'a process stopped for a while',
    kills: false,
    async act(run, world, chance) {
      const found = other(run, world, chance);
      if (found === undefined) return;
      signal(found.pid, 'SIGSTOP');
      await sleep(500 + chance() * 4000);
      signal(found.pid, 'SIGCONT');
    },
  },
  {
    name: 'little memory for a process',
    kills: false,
    async act(run, world, chance) {
      const found = other(run, world, chance);
      if (found === undefined) return;
      try {
        const [, kilobytes] = readFileSync(`/proc/${found.pid}/status`, 'utf8').match(/VmSize:\s+(\d+)/) ?? [];
        const bytes = Number(kilobytes) * 1024 + Math.floor(chance() * 2 ** 26);
        quietly('prlimit', ['--pid', `${found.pid}`, `--as=${bytes}`]);
      } catch {}
    },
  },
  {
    name: 'few open files',
    kills: false,
    // Not while modules are loaded, as above.
    async act({ pid, said }, _, chance) {
      if (said() !== '') quietly('prlimit', ['--pid', `${pid}`, `--nofile=${20 + Math.floor(chance() * 30)}:4096`]);
    },
  },
  {
    name: 'a limit of file sizes',
    kills: false,
    act: async ({ pid }, _, chance) =>
      quietly('prlimit', ['--pid', `${pid}`, `--fsize=${Math.floor(chance() * 60_000)}`]),
  },
  { name: 'a full disk of reports', kills: false, act: (_, { out }, chance) => fill(out, 1000 + chance() * 3000) },
  {
    name: 'a full disk of temporary files',
    kills: false,
    act: (_, { tmp }, chance) => fill(tmp, 1000 + chance() * 3000),
  },
  { name: 'a full cache', kills: false, act: (_, { cache }, chance) => fill(cache, 1000 + chance() * 3000) },
  { name: 'a flipped bit in a truth', kills: false, act: async (_, world, chance) => flip(world, chance) },
  { name: 'a truth cut short', kills: false, act: async (_, world, chance) => cut(world, chance) },
  {
    name: 'hostile requests',
    kills: false,
    async act({ pid }, _, chance) {
      for (const port of portsOf(pid))
        await Promise.all(Array.from({ length: 100 }, () => ask(port, pick(chance, HOSTILE), chance() * 50)));
    },
  },
];
