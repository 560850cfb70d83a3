import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, posix, win32 } from 'node:path';
import { chromium } from 'playwright';
import { cut, plain } from '../../../reference/text.ts';
import { browserFlags } from '../browser/launch.ts';
import { type Ran, runCommand } from '../node/command.ts';

/** A browser that has told its version and has been started once without a window. */
export type Browser = {
  readonly found: true;
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** How it came here, in a few words. */
  readonly source: string;
};

/** No browser, and what the user can do about it. */
export type Missing = { readonly found: false; readonly reason: string; readonly fix: string };

export type ProvideOptions = {
  /** The user's own choice, from `--browser PATH`. */
  readonly path?: string;
  readonly log: (line: string) => void;
  /** Whether a browser may be downloaded; listing and diagnosis look only. */
  readonly install: boolean;
};

/** What the provider touches of the machine, so that tests can stand in for it. */
export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Whether packages can be installed here with apt-get. */
  readonly debianRoot: boolean;
  /** Where Playwright keeps its own Chromium, downloaded or not. */
  readonly downloaded: string;
  /** Runs a command for at most `seconds`, with `env` laid over the own one. Never throws. */
  run(command: string, args: readonly string[], seconds: number, env: { [name: string]: string }): Promise<Ran>;
  /** Starts the browser without a window and returns its version. Throws what prevents it. */
  launch(path: string): Promise<string>;
};

/** This machine. */
export function thisMachine(): Machine {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    debianRoot: process.getuid?.() === 0 && existsSync('/etc/debian_version'),
    downloaded: chromium.executablePath(),
    run: runCommand,
    async launch(path) {
      const browser = await chromium.launch({ executablePath: path, args: browserFlags(), timeout: 30_000 });
      try {
        return browser.version();
      } finally {
        await browser.close();
      }
    },
  };
}

const LINUX_NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
const MAC_NAMES = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PATHS = ['Google/Chrome', 'Chromium', 'Microsoft/Edge'].map(
  (folder) => `${folder}/Application/${folder === 'Microsoft/Edge' ? 'msedge' : 'chrome'}.exe`,
);

/** Where an installed Chrome, Chromium or Edge would be, the preferred one first. */
export function installedPaths({ platform, env, home }: Pick<Machine, 'platform' | 'env' | 'home'>): string[] {
  if (platform === 'darwin')
    return MAC_NAMES.flatMap((name) =>
      ['/Applications', `${home}/Applications`].map((root) => `${root}/${name}.app/Contents/MacOS/${name}`),
    );
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return WINDOWS_PATHS.flatMap((path) => roots.map((root) => win32.join(root, path)));
  }
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder !== '');
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => posix.join(folder, name)));
}

/** Whether the path is a file that this user may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Characters that a line with a browser's version may have, and the lines that are looked at. */
const MOST = 200;

/** The first lines of an output that are short enough to say something, safe to print. */
const wordsOf = (output: string): string[] =>
  output
    .split('\n', MOST)
    .filter((line) => line.length <= MOST)
    .map(plain);

/** Name and version from what `--version` prints, such as `Chromium 156.0.8078.79 built on Debian`; or undefined. */
export function parseVersion(output: string): { name: string; version: string } | undefined {
  for (const line of wordsOf(output)) {
    const [, name, version] = line.match(/^(\S.*?)\s+(\d+(?:\.\d+)+)/) ?? [];
    if (name !== undefined && version !== undefined) return { name, version };
  }
  return undefined;
}

/** The line of a failure that says most: a loader's or a resolver's own words, or else the first (0) or last (-1). */
export function telling(output: string, otherwise: 0 | -1): string {
  const lines = output
    .split('\n')
    .map((line) => plain(cut(line, 2 * MOST)))
    .filter((line) => line !== '' && !line.startsWith('at '));
  const cause = /shared librar|ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|ENOSPC|EACCES|timed out|gave up|^E: |requires /;
  return (lines.find((line) => cause.test(line)) ?? lines.at(otherwise) ?? 'it said nothing').slice(0, MOST);
}

/** The browser at this path once it has told its version and has started, or why it is of no use. */
async function verify(path: string, source: string, machine: Machine): Promise<Browser | { why: string }> {
  let told = { name: /edge/i.test(path) ? 'Microsoft Edge' : 'Google Chrome', version: '' };
  // On Windows `--version` opens a window and prints nothing.
  if (machine.platform !== 'win32') {
    const { ok, stdout, stderr } = await machine.run(path, ['--version'], 20, {});
    const parsed = parseVersion(stdout);
    if (!ok || parsed === undefined) return { why: `--version failed: ${telling(`${stderr}\n${stdout}`, -1)}` };
    told = parsed;
  }
  try {
    const launched = await machine.launch(path);
    return { found: true, path, name: told.name, version: told.version || launched, source };
  } catch (error) {
    return { why: `it does not start without a window: ${telling((error as Error).message, 0)}` };
  }
}

/** The first installed browser that works. Tells of those that do not. */
async function findInstalled(
  machine: Machine,
  source: string,
  log: ProvideOptions['log'],
): Promise<Browser | undefined> {
  for (const path of installedPaths(machine).filter(isExecutable)) {
    const result = await verify(path, source, machine);
    if ('found' in result) return result;
    log(`browser: passing over ${path}: ${result.why}`);
  }
  return undefined;
}

/** Downloads Playwright's Chromium into its usual folder. Returns what went wrong, or undefined. */
async function download(machine: Machine, log: ProvideOptions['log']): Promise<string | undefined> {
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
async function aptInstall(machine: Machine, log: ProvideOptions['log']): Promise<string | undefined> {
  log('browser: installing chromium with apt-get (5 minutes at most)');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const limits = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'DPkg::Lock::Timeout=60'];
  // A stale list is better than none, so a failed update is not the end.
  await machine.run('apt-get', [...limits, 'update'], 120, env);
  const args = [...limits, 'install', '-y', '--no-install-recommends', 'chromium'];
  const { ok, stdout, stderr } = await machine.run('apt-get', args, 300, env);
  return ok ? undefined : telling(`${stderr}\n${stdout}`, -1);
}

/** What to do without a browser, in words that fit the platform and what went wrong. */
export function fixFor(platform: NodeJS.Platform, reason: string, install: boolean): string {
  const own = 'name one with --browser PATH or RESNET_BROWSER';
  if (!install) return `npm run bench downloads Chromium by itself; or install Chrome, Chromium or Edge, or ${own}`;
  if (/shared librar/.test(reason)) return `sudo npx playwright install-deps chromium, or ${own}`;
  const command = platform === 'linux' ? 'sudo apt-get install chromium' : 'npx playwright install chromium';
  return `install Chrome, Chromium or Edge (for example: ${command}), or ${own}`;
}

/** Finds or, where allowed, obtains a browser on the given machine; see `provideBrowser`. */
export async function provideOn(machine: Machine, { path, log, install }: ProvideOptions): Promise<Browser | Missing> {
  const fromEnv = machine.env.RESNET_BROWSER || undefined;
  const wished = path ?? fromEnv;
  if (wished !== undefined) {
    const source = path !== undefined ? '--browser' : 'RESNET_BROWSER';
    const result = isExecutable(wished) ? await verify(wished, source, machine) : { why: 'not an executable file' };
    if ('found' in result) return result;
    throw new Error(`${source} ${wished}: ${result.why}; name a Chrome, Chromium or Edge, or leave it out`);
  }
  const installed = await findInstalled(machine, 'installed', log);
  if (installed !== undefined) return installed;
  let reason = 'no Chrome, Chromium or Edge that works is installed';
  const had = existsSync(machine.downloaded);
  if (!had && install) {
    const failed = await download(machine, log);
    if (failed !== undefined) reason += `; Playwright's download failed: ${failed}`;
  }
  if (existsSync(machine.downloaded)) {
    const source = had ? "Playwright's, downloaded earlier" : "Playwright's, downloaded now";
    const result = await verify(machine.downloaded, source, machine);
    if ('found' in result) return result;
    reason += `; Playwright's does not work: ${result.why}`;
  }
  if (install && machine.debianRoot) {
    log(`browser: ${reason}`);
    const failed = await aptInstall(machine, log);
    const browser = failed === undefined ? await findInstalled(machine, 'apt-get, installed now', log) : undefined;
    if (browser !== undefined) return browser;
    reason += `; apt-get: ${failed ?? 'its chromium does not work'}`;
  }
  return { found: false, reason, fix: fixFor(machine.platform, reason, install) };
}

/**
 * Provides a browser to drive: the user's own, an installed Chrome, Chromium or Edge, Playwright's Chromium (downloaded
 * where `install` allows), or Debian's package for root. Each has told its version and has started once. Throws where
 * the user's own choice does not work; a browser that is merely missing is a value, not an error.
 */
export function provideBrowser(options: ProvideOptions): Promise<Browser | Missing> {
  return provideOn(thisMachine(), options);
}
