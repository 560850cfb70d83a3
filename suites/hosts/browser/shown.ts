import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../scratch.ts';
import type { DrivenBrowser } from './flags.ts';
import { cookieOf } from './gate.ts';
import { closeBrowser, LAUNCH_LIMIT_MS, launch, type OpenedBrowser } from './launch.ts';
import type { Mounts } from './mounts.ts';
import { serve } from './server.ts';

/** Milliseconds for a browser to close. */
const CLOSE_MS = 5000;

/** A page of a mount, and the element whose text is awaited: until it differs from `before`. */
export type AwaitedText = { readonly path: string; readonly selector: string; readonly before: string };

/**
 * Opens a page in a browser of its own, which may read the mounts, and resolves to the text of an element once it
 * differs from `before`. `{origin}` in the path stands for the server's address. Throws where it takes longer than
 * `limitMs`.
 */
export async function showPage(
  driven: DrivenBrowser,
  mounts: Mounts,
  { path, selector, before }: AwaitedText,
  limitMs: number,
): Promise<string> {
  const server = await serve(mounts);
  const opened: OpenedBrowser = { profile: mkdtempSync(join(temporaryFolder(), 'profile-')), browser: undefined };
  try {
    const { browser, page } = await launch(driven, opened.profile, LAUNCH_LIMIT_MS);
    opened.browser = browser;
    await page.context().addCookies([cookieOf(server)]);
    await page.goto(`${server.origin}${path.replace('{origin}', server.origin)}`, { timeout: limitMs });
    await page.waitForFunction(
      ({ selector, before }) => (document.querySelector(selector)?.textContent ?? before) !== before,
      { selector, before },
      { timeout: limitMs },
    );
    return (await page.textContent(selector)) ?? '';
  } finally {
    await closeBrowser(opened, CLOSE_MS);
    await server.close();
  }
}
