import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { chromium } from 'playwright';
import { browserFlags } from '../browser/launch.ts';
import { type Ran, runCommand } from '../node/command.ts';

/** What provisioning touches of the machine, so that tests can stand in for it. */
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
