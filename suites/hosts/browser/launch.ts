import { rm } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright';
import { killWithin } from '../node/processes.ts';

/** Flags of every launch; the report lists them. */
export function browserFlags(): string[] {
  return [
    // The one flag that yields a WebGPU adapter in headless Linux.
    '--enable-unsafe-webgpu',
    '--enable-features=WebMachineLearningNeuralNetwork',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    // A hidden page's timers and renderer are slowed otherwise.
    '--disable-renderer-backgrounding',
    // Chromium refuses to sandbox for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

/** Milliseconds in which a browser starts. */
export const LAUNCH_LIMIT_MS = 60_000;

/** The browser of a launch, which has a window's profile in a folder of its own: without one, nothing large is cached. */
export async function launch(
  executablePath: string,
  profile: string,
  limitMs: number,
): Promise<{ browser: Browser; page: Page }> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: browserFlags(),
    timeout: limitMs,
    // An interrupt is the parent's to handle: it has records to keep and reports to write.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const browser = context.browser();
  if (browser === null) throw new Error('the browser ended at once');
  return { browser, page: context.pages()[0] ?? (await context.newPage()) };
}

/** A browser of a visit: its profile, and itself once it has started. */
export type OpenedBrowser = { readonly profile: string; browser: Browser | undefined };

/** Closes a browser, and kills it where it has not closed within `limitMs`; its profile goes. */
export async function closeBrowser({ profile, browser }: OpenedBrowser, limitMs: number): Promise<void> {
  const closing = browser?.close().then(
    () => true,
    () => false,
  );
  const late = new Promise<false>((resolve) => setTimeout(resolve, limitMs, false).unref());
  if (!(await Promise.race([closing ?? false, late])))
    // One that is stopped or not yet known ends so alone.
    for (let tries = 0; killWithin(profile) > 0 && tries < 50; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}
