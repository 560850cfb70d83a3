import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, type as osType, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { packageFolder, ROOT } from '../hosts/bundle.ts';
import type { Environment, Header } from '../record/header.ts';

/** Version of an installed package, or `missing`. */
function packageVersion(name: string): string {
  try {
    return (JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return 'missing';
  }
}

/** The distribution's own name, or the kernel's. */
function osName(): string {
  const pretty = textOf('/etc/os-release')?.match(/^PRETTY_NAME="?([^"\n]+)/m)?.[1];
  return pretty === undefined ? `${osType()} ${release()}` : `${pretty} (${osType()} ${release()})`;
}

/** The text of a file without white space at its ends; null where it cannot be read. */
export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** The sorted names in a folder; empty where it cannot be read. */
export const entries = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

/** The GPUs as Linux reports them: from NVIDIA's driver, otherwise by PCI ids. Empty on other systems. */
function gpus(): string[] {
  const nvidia = entries('/proc/driver/nvidia/gpus').flatMap(
    (gpu) => textOf(`/proc/driver/nvidia/gpus/${gpu}/information`)?.match(/^Model:\s*(.+)$/m)?.[1] ?? [],
  );
  const cards = entries('/sys/class/drm').filter((name) => /^card\d+$/.test(name));
  const ids = cards.flatMap((card) => {
    const [vendor, device] = ['vendor', 'device'].map((file) => textOf(`/sys/class/drm/${card}/device/${file}`));
    return vendor && device ? [`PCI ${vendor.replace('0x', '')}:${device.replace('0x', '')}`] : [];
  });
  return [...new Set([...nvidia, ...(nvidia.length > 0 ? [] : ids)])];
}

/** The names of the GPUs, with commas between them; `none known` where the system reports none. */
export const gpuNames = (): string => gpus().join(', ') || 'none known';

/** Clock ticks of all processors since boot: those stolen by the hypervisor (`steal`), and all (proc(5)). */
export function readTicks(): { steal: number; all: number } | null {
  const fields = textOf('/proc/stat')
    ?.match(/^cpu +(.+)$/m)?.[1]
    ?.split(' ')
    .map(Number);
  // The last two fields, guest time, are already part of user and nice.
  return fields === undefined
    ? null
    : { steal: fields[7] ?? 0, all: fields.slice(0, 8).reduce((sum, n) => sum + n, 0) };
}

/** Share of CPU time since `before` that was stolen; null where the system does not report it. */
export function stolenSince(before: ReturnType<typeof readTicks>): number | null {
  const now = readTicks();
  return before === null || now === null || now.all === before.all
    ? null
    : (now.steal - before.steal) / (now.all - before.all);
}

/**
 * The parts of an environment that times depend on, and their hash. Load and governor are states, so they are not
 * parts.
 */
export function fingerprintOf(environment: Environment): Header['fingerprint'] {
  const { cpu, cores, memory, os, node, browser, packages } = environment;
  const parts = {
    cpu,
    cores: `${cores}`,
    memory: `${(memory / 2 ** 30).toFixed(0)} GiB`,
    gpu: gpuNames(),
    os,
    node,
    browser: browser === null ? 'none' : `${browser.name} ${browser.version} ${browser.flags.join(' ')}`.trim(),
    packages: Object.entries(packages)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  };
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
  return { hash, parts };
}

/** The machine and the versions, for the run file and its reports. */
export function readEnvironment(packages: readonly string[], browser: Environment['browser']): Environment {
  const processors = cpus();
  return {
    os: osName(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory: totalmem(),
    node: process.version,
    browser,
    packages: Object.fromEntries([...new Set(packages)].sort().map((name) => [name, packageVersion(name)])),
    load: loadavg()[0] ?? 0,
    governor: textOf('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
  };
}

/**
 * The commit of this project, with `+` where tracked files differ from it. Null outside a checkout, and where the
 * package is installed inside another repository.
 */
export function readCommit(): string | null {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    if (git('rev-parse', '--show-prefix') !== '') return null;
    const dirty = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short=12', 'HEAD') + (dirty ? '+' : '');
  } catch {
    return null;
  }
}
