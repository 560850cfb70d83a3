import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright';
import { browserFlags } from '../browser/flags.ts';
import { type Ran, runCommand } from '../node/command.ts';
import { hasGpu } from './software-vulkan.ts';

/** What a browser said when it was started: its version, and whether it draws with Vulkan, as it was told to. */
type Started = { readonly version: string; readonly vulkan: boolean };

/** Looks at a browser's GPU: how often, and the milliseconds in between, as its process may still be starting. */
const [LOOKS, PAUSE_MS] = [5, 200];

async function drawsWithVulkan(browser: Browser): Promise<boolean> {
  const devtools = await browser.newBrowserCDPSession();
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await setTimeout(PAUSE_MS);
    const { gpu } = await devtools.send('SystemInfo.getInfo');
    const { vulkan } = (gpu.featureStatus ?? {}) as { readonly vulkan?: string };
    if (vulkan?.startsWith('enabled')) return true;
  }
  return false;
}

/** The parts of the machine that provisioning uses, so that tests can replace them. */
export type Machine = {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Whether packages can be installed here with apt-get. */
  readonly debianRoot: boolean;
  /** The path of Playwright's own Chromium, downloaded or not. */
  readonly downloaded: string;
  /** Runs a command for at most `seconds`, with `env` added to this process's environment. Never throws. */
  run(command: string, args: readonly string[], seconds: number, env: { [name: string]: string }): Promise<Ran>;
  /** Whether Linux reports a GPU that a Vulkan driver could use. */
  readonly gpu: boolean;
  /** Starts the browser headless, with or without the flags for Vulkan. Throws where it does not start. */
  launch(path: string, vulkan: boolean): Promise<Started>;
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
    gpu: process.platform === 'linux' && hasGpu(),
    async launch(path, vulkan) {
      const browser = await chromium.launch({ executablePath: path, args: browserFlags(vulkan), timeout: 30_000 });
      try {
        return { version: browser.version(), vulkan: vulkan && (await drawsWithVulkan(browser)) };
      } finally {
        await browser.close();
      }
    },
  };
}
