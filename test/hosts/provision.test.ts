import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserFlags } from '../../suites/hosts/browser/flags.ts';
import { installedPaths } from '../../suites/hosts/provision/installed.ts';
import { type Machine, thisMachine } from '../../suites/hosts/provision/machine.ts';
import {
  fixFor,
  type ProvisionOptions,
  provisionBrowser,
  provisionOn,
} from '../../suites/hosts/provision/provision.ts';
import { parseVersion, telling } from '../../suites/hosts/provision/version.ts';
import { needBrowser } from '../browser.ts';

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provision-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a fake browser: a shell script. */
function stub(path: string, script: string): string {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, `#!/bin/sh\n${script}\n`);
  chmodSync(full, 0o755);
  return full;
}

/** A machine with nothing but the test's folder on its PATH, whose stand-ins all start. */
function machine(changes: Partial<Machine>): Machine {
  return {
    ...thisMachine(),
    platform: 'linux',
    env: { PATH: `${join(folder, 'empty')}:${join(folder, 'bin')}` },
    home: folder,
    debianRoot: false,
    downloaded: join(folder, 'playwright/chrome'),
    gpu: false,
    launch: async () => ({ version: '1.2.3.4', vulkan: false }),
    ...changes,
  };
}

const options = (changes: Partial<ProvisionOptions>): ProvisionOptions => ({
  log: (line) => lines.push(line),
  install: false,
  ...changes,
});

/** A runner that answers `--version` for real and hands every other command to `answer`, keeping a list. */
function runner(commands: string[], answer: (command: string) => boolean): Machine['run'] {
  return async (command, args, seconds, env) => {
    if (args[0] === '--version') return thisMachine().run(command, args, seconds, env);
    const name = command === process.execPath ? 'playwright' : command;
    const verb = args.find((arg) => /^(install|update)$/.test(arg));
    commands.push(`${name} ${verb}`);
    const ok = answer(`${name} ${verb}`);
    return { ok, stdout: '', stderr: ok ? '' : 'Error: getaddrinfo ENOTFOUND example.invalid\n  at somewhere' };
  };
}

describe('helpers', () => {
  it('looks for installed browsers where each platform keeps them', () => {
    const linux = installedPaths({ platform: 'linux', env: { PATH: '/a:/b' }, home: '/home/me' });
    expect(linux.slice(0, 2)).toEqual(['/a/google-chrome', '/b/google-chrome']);
    expect(linux).toContain('/b/microsoft-edge');
    const mac = installedPaths({ platform: 'darwin', env: {}, home: '/Users/me' });
    expect(mac[0]).toBe('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    expect(mac).toContain('/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium');
    const windows = installedPaths({
      platform: 'win32',
      env: { PROGRAMFILES: 'C:\\Program Files', LOCALAPPDATA: 'C:\\Local' },
      home: '',
    });
    expect(windows).toContain('C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe');
    expect(windows).toContain('C:\\Local\\Chromium\\Application\\chrome.exe');
    expect(windows).toContain('C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe');
  });

  it.each([
    ['Chromium 156.0.8078.79 built on Debian GNU/Linux 12', { name: 'Chromium', version: '156.0.8078.79' }],
    ['Google Chrome for Testing 159.0.8154.6 \n', { name: 'Google Chrome for Testing', version: '159.0.8154.6' }],
    ["Command '/usr/bin/chromium-browser' requires the chromium snap to be installed.", undefined],
    ['', undefined],
  ])('reads %j', (output, expected) => expect(parseVersion(output)).toEqual(expected));

  it('quotes the line that says most', () => {
    expect(telling('Downloading\nError: getaddrinfo ENOTFOUND host\n    at x\nFailed', -1)).toContain('ENOTFOUND');
    expect(telling('chrome: error while loading shared libraries: libnss3.so\nlast', -1)).toContain('libnss3');
    expect(telling('first\nlast', -1)).toBe('last');
    expect(telling('', 0)).toBe('it printed nothing');
  });

  it('tells a fix that fits', () => {
    expect(fixFor('linux', '', false)).toContain('npm run bench');
    expect(fixFor('linux', 'error while loading shared libraries', true)).toContain('install-deps');
    expect(fixFor('darwin', '', true)).toContain('npx playwright install chromium');
  });
});

// The stand-ins are shell scripts.
const describePosix = describe.skipIf(process.platform === 'win32');

describePosix('finding', () => {
  it('takes the preferred installed browser', async () => {
    stub('bin/chromium', 'echo Chromium 2.0.0');
    const path = stub('bin/google-chrome', 'echo Google Chrome 1.0.0');
    expect(await provisionOn(machine({}), options({}))).toEqual({
      found: true,
      path,
      name: 'Google Chrome',
      version: '1.0.0',
      source: 'installed',
      flags: browserFlags(false),
    });
  });

  it('passes over a stub that only names a snap, and says so', async () => {
    stub('bin/chromium', 'echo requires the chromium snap to be installed; exit 1');
    stub('bin/microsoft-edge', 'echo Microsoft Edge 3.0.0');
    expect(await provisionOn(machine({}), options({}))).toMatchObject({ name: 'Microsoft Edge' });
    expect(lines).toEqual([expect.stringMatching(/skipping .*bin\/chromium: --version failed: requires the/)]);
  });

  it('passes over a browser that tells its version but does not start', async () => {
    stub('bin/chromium', 'echo Chromium 2.0.0');
    const launch = () => Promise.reject(new Error('browserType.launch: closed\nlibnss3.so: shared library missing'));
    const result = await provisionOn(machine({ launch }), options({}));
    expect(result.found).toBe(false);
    expect(lines[0]).toContain('libnss3.so');
  });

  it('takes the version from the start on Windows, where --version prints nothing', async () => {
    const path = stub('Google/Chrome/Application/chrome.exe', 'exit 1');
    const result = await provisionOn(machine({ platform: 'win32', env: { RESNET_BROWSER: path } }), options({}));
    expect(result).toMatchObject({ name: 'Google Chrome', version: '1.2.3.4' });
  });

  it('takes what Playwright downloaded earlier', async () => {
    const path = stub('playwright/chrome', 'echo Google Chrome for Testing 159.0.1');
    expect(await provisionOn(machine({}), options({}))).toMatchObject({ path, version: '159.0.1' });
  });
});

describePosix("the user's own choice", () => {
  it('prefers the path to the environment, and the environment to what is installed', async () => {
    stub('bin/chromium', 'echo Chromium 1.0');
    const byEnv = stub('env', 'echo Chromium 2.0');
    const byPath = stub('path', 'echo Chromium 3.0');
    const env = { ...machine({}).env, RESNET_BROWSER: byEnv };
    expect(await provisionOn(machine({ env }), options({}))).toMatchObject({
      version: '2.0',
      source: 'RESNET_BROWSER',
    });
    const chosen = await provisionOn(machine({ env }), options({ path: byPath }));
    expect(chosen).toMatchObject({ version: '3.0', source: '--browser' });
  });

  it('is an error where it does not work, even with another browser installed', async () => {
    stub('bin/chromium', 'echo Chromium 1.0');
    const gone = join(folder, 'gone');
    const bad = provisionOn(machine({}), options({ path: gone }));
    await expect(bad).rejects.toThrow(`--browser ${gone}: not an executable file; give a Chrome`);
    const env = { RESNET_BROWSER: folder };
    await expect(provisionOn(machine({ env }), options({}))).rejects.toThrow(
      `RESNET_BROWSER ${folder}: not an executable`,
    );
  });
});

describePosix('obtaining', () => {
  it('runs nothing with install: false, and tells the fix', async () => {
    const commands: string[] = [];
    const run = runner(commands, () => true);
    const result = await provisionOn(machine({ run, debianRoot: true }), options({}));
    expect(commands).toEqual([]);
    expect(result).toMatchObject({ found: false, fix: expect.stringContaining('RESNET_BROWSER') });
  });

  it("takes Playwright's download first", async () => {
    const commands: string[] = [];
    const run = runner(commands, () => stub('playwright/chrome', 'echo Google Chrome for Testing 159.0.1') !== '');
    const result = await provisionOn(machine({ run, debianRoot: true }), options({ install: true }));
    expect(commands).toEqual(['playwright install']);
    expect(result).toMatchObject({ source: "Playwright's, downloaded now" });
    expect(lines[0]).toContain('downloading Chromium with Playwright');
  });

  it('takes Debian’s package where the download fails and root may install', async () => {
    const commands: string[] = [];
    const run = runner(commands, (command) => {
      if (command === 'apt-get install') stub('bin/chromium', 'echo Chromium 156.0.1 built on Debian');
      return command.startsWith('apt-get');
    });
    const result = await provisionOn(machine({ run, debianRoot: true }), options({ install: true }));
    expect(commands).toEqual(['playwright install', 'apt-get update', 'apt-get install']);
    expect(result).toMatchObject({ version: '156.0.1', source: 'apt-get, installed now' });
  });

  it('names every failure and the fix where nothing helps', async () => {
    const commands: string[] = [];
    const run = runner(commands, () => false);
    const result = await provisionOn(machine({ run, debianRoot: true }), options({ install: true }));
    expect(result).toMatchObject({
      found: false,
      reason: expect.stringMatching(/Playwright's download failed: .*ENOTFOUND.*; apt-get: .*ENOTFOUND/),
      fix: expect.stringContaining('apt-get install chromium'),
    });
    await provisionOn(machine({ run, debianRoot: false }), options({ install: true }));
    expect(commands).toEqual(['playwright install', 'apt-get update', 'apt-get install', 'playwright install']);
  });

  it('does not take an apt-get package that is a snap stub', async () => {
    const run = runner([], (command) => {
      if (command === 'apt-get install') stub('bin/chromium', 'echo requires the chromium snap; exit 1');
      return command.startsWith('apt-get');
    });
    const result = await provisionOn(machine({ run, debianRoot: true }), options({ install: true }));
    expect(result).toMatchObject({ found: false, reason: expect.stringContaining('its chromium does not work') });
  });
});

it('finds this machine’s own browser and starts it', async (context) => {
  const { path } = needBrowser(context);
  const browser = await provisionBrowser({ path, log: (line) => lines.push(line), install: false });
  expect(browser).toMatchObject({ found: true, version: expect.stringMatching(/^\d+(\.\d+){3}$/) });
});
