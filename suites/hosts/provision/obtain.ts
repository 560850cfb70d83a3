import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Machine } from './machine.ts';
import { telling } from './version.ts';

type Log = (line: string) => void;

/** Downloads Playwright's Chromium into its usual folder. Returns what went wrong, or undefined. */
export async function download(machine: Machine, log: Log): Promise<string | undefined> {
  log('browser: none installed, downloading Chromium with Playwright (about 170 MB, 10 minutes at most)');
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  // Playwright tries five times; on a silent network its own 30 s each would be long to wait.
  const timeout = machine.env.PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT ?? '10000';
  // The bench drives the full browser: the headless shell has no WebGPU.
  const args = [cli, 'install', '--no-shell', '--no-progress', 'chromium'];
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: timeout };
  const { ok, stdout, stderr } = await machine.run(process.execPath, args, 600, env);
  return ok ? undefined : telling(`${stdout}\n${stderr}`, -1);
}

/** Installs Debian's Chromium. Returns what went wrong, or undefined. */
export async function aptInstall(machine: Machine, log: Log): Promise<string | undefined> {
  log('browser: installing chromium with apt-get (5 minutes at most)');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const limits = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'DPkg::Lock::Timeout=60'];
  // A stale list is better than none, so a failed update is not the end.
  await machine.run('apt-get', [...limits, 'update'], 120, env);
  const args = [...limits, 'install', '-y', '--no-install-recommends', 'chromium'];
  const { ok, stdout, stderr } = await machine.run('apt-get', args, 300, env);
  return ok ? undefined : telling(`${stderr}\n${stdout}`, -1);
}
