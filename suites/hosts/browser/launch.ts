import { rm } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright';
import { killWithin } from '../node/processes.ts';
import type { DrivenBrowser } from './flags.ts';

/** Time limit in milliseconds for a browser to start. */
export const LAUNCH_LIMIT_MS = 60_000;

/**
 * Launches a browser with an on-disk profile in its own folder. Without one, the browser does not cache large files.
 */
export async function launch(
  { path, flags }: DrivenBrowser,
  profile: string,
  limitMs: number,
): Promise<{ browser: Browser; page: Page }> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: path,
    args: [...flags],
    timeout: limitMs,
    // The parent handles interrupts: it has records to keep and reports to write.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const browser = context.browser();
  if (browser === null) throw new Error('the browser ended at once');
  return { browser, page: context.pages()[0] ?? (await context.newPage()) };
}

/** A visit's browser: its profile, and the browser once it has started. */
export type OpenedBrowser = { readonly profile: string; browser: Browser | undefined };

/** Closes a browser, kills it where it has not closed within `limitMs`, and removes its profile. */
export async function closeBrowser({ profile, browser }: OpenedBrowser, limitMs: number): Promise<void> {
  const closing = browser?.close().then(
    () => true,
    () => false,
  );
  const late = new Promise<false>((resolve) => setTimeout(resolve, limitMs, false).unref());
  if (!(await Promise.race([closing ?? false, late])))
    // The only way to end a browser that is stopped (SIGSTOP) or has not reported yet.
    for (let tries = 0; killWithin(profile) > 0 && tries < 50; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}
