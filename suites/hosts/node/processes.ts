import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

type Listed = { readonly pid: number; readonly command: string };

/** Running processes, from Linux's /proc or from `ps`. Empty on Windows, where only Playwright knows its processes. */
function listed(): Listed[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 26 })
      .split('\n')
      .flatMap((line) => {
        const [, pid, command = ''] = line.match(/^\s*(\d+)\s+(.*)$/) ?? [];
        return pid === undefined ? [] : [{ pid: Number(pid), command }];
      });
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
      } catch {
        return [];
      }
    });
}

/**
 * Kills the browsers whose profile is `folder` or inside it, with their process groups, in whatever state they are.
 * Returns how many there were. The folder must be this run's own. Never throws.
 */
export function killWithin(folder: string): number {
  let found: Listed[] = [];
  try {
    found = listed().filter(({ command }) => command.includes(`--user-data-dir=${folder}`));
  } catch {}
  for (const { pid } of found)
    for (const target of [-pid, pid])
      try {
        process.kill(target, 'SIGKILL');
      } catch {}
  return found.length;
}
