import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, type as osType, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../suites/hosts/bundle.ts';
import type { Environment } from '../suites/record.ts';

const require = createRequire(import.meta.url);

/** Version of an installed package, or `missing`. */
function packageVersion(name: string): string {
  try {
    // Some packages do not export their package.json, so the folder is found from their main file.
    let folder = join(ROOT, 'node_modules', name);
    try {
      folder = dirname(require.resolve(`${name}/package.json`));
    } catch {}
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return 'missing';
  }
}

/** The distribution's own name, or the kernel's. */
function osName(): string {
  try {
    const pretty = readFileSync('/etc/os-release', 'utf8').match(/^PRETTY_NAME="?([^"\n]+)/m)?.[1];
    if (pretty !== undefined) return `${pretty} (${osType()} ${release()})`;
  } catch {}
  return `${osType()} ${release()}`;
}

/** The machine and the versions, as a report shows them. */
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
  };
}

/** The suite's commit, with `+` where tracked files differ from it; null outside a checkout. */
export function readCommit(): string | null {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return (
      git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+')
    );
  } catch {
    return null;
  }
}
