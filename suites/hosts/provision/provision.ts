import { existsSync } from 'node:fs';
import { browserFlags, type DrivenBrowser } from '../browser/flags.ts';
import { installedPaths, isExecutable } from './installed.ts';
import { type Machine, thisMachine } from './machine.ts';
import { aptInstall, download } from './obtain.ts';
import { parseVersion, telling } from './version.ts';

/** A browser whose version is known and which has been started once headless. */
export type Browser = DrivenBrowser & {
  readonly found: true;
  readonly name: string;
  readonly version: string;
  /** Where it comes from, in a few words. */
  readonly source: string;
};

/** Why there is no browser, and what the user can do about it. */
export type Missing = { readonly found: false; readonly reason: string; readonly fix: string };

export type ProvisionOptions = {
  /** The user's own choice, from `--browser PATH`. */
  readonly path?: string | undefined;
  readonly log: (line: string) => void;
  /** Whether a browser may be downloaded. Listing and diagnosis download none. */
  readonly install: boolean;
};

/** Starts the browser once, with flags for Vulkan where there is a GPU and they make it draw with Vulkan. */
async function tryFlags(path: string, machine: Machine): Promise<{ version: string; flags: string[] }> {
  const onGpu = machine.gpu ? await machine.launch(path, true).catch(() => undefined) : undefined;
  if (onGpu?.vulkan) return { version: onGpu.version, flags: browserFlags(true) };
  return { version: (await machine.launch(path, false)).version, flags: browserFlags(false) };
}

/** The browser at this path, after checking its version and starting it; or why it is unusable. */
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
    const started = await tryFlags(path, machine);
    return {
      found: true,
      path,
      name: told.name,
      version: told.version || started.version,
      source,
      flags: started.flags,
    };
  } catch (error) {
    return { why: `it does not start without a window: ${telling((error as Error).message, 0)}` };
  }
}

/** The first installed browser that works. Logs those that do not. */
async function findInstalled(
  machine: Machine,
  source: string,
  log: ProvisionOptions['log'],
): Promise<Browser | undefined> {
  for (const path of installedPaths(machine).filter(isExecutable)) {
    const result = await verify(path, source, machine);
    if ('found' in result) return result;
    log(`browser: skipping ${path}: ${result.why}`);
  }
  return undefined;
}

/** What to do without a browser, depending on the platform and the reason. */
export function fixFor(platform: NodeJS.Platform, reason: string, install: boolean): string {
  const own = 'give one with --browser PATH or RESNET_BROWSER';
  if (!install) return `npm run bench downloads Chromium automatically; or install Chrome, Chromium or Edge, or ${own}`;
  if (/shared librar/.test(reason)) return `sudo npx playwright install-deps chromium, or ${own}`;
  const command = platform === 'linux' ? 'sudo apt-get install chromium' : 'npx playwright install chromium';
  return `install Chrome, Chromium or Edge (for example: ${command}), or ${own}`;
}

/** Finds or, where allowed, installs a browser on the given machine; see `provisionBrowser`. */
export async function provisionOn(
  machine: Machine,
  { path, log, install }: ProvisionOptions,
): Promise<Browser | Missing> {
  const fromEnv = machine.env.RESNET_BROWSER || undefined;
  const wished = path ?? fromEnv;
  if (wished !== undefined) {
    const source = path !== undefined ? '--browser' : 'RESNET_BROWSER';
    const result = isExecutable(wished) ? await verify(wished, source, machine) : { why: 'not an executable file' };
    if ('found' in result) return result;
    throw new Error(`${source} ${wished}: ${result.why}; give a Chrome, Chromium or Edge, or leave it out`);
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
 * Provisions a browser to drive: the user's own, an installed Chrome, Chromium or Edge, Playwright's Chromium
 * (downloaded where `install` allows), or Debian's package for root. Each is checked: its version is read, and it is
 * started once. Throws where the user's own choice does not work; a browser that is merely missing is a value, not an
 * error.
 */
export function provisionBrowser(options: ProvisionOptions): Promise<Browser | Missing> {
  return provisionOn(thisMachine(), options);
}
