import { constants } from 'node:os';
import type { Browser, Page } from 'playwright';
import type { ReplyTo, SessionJob } from '../../contract/job.ts';
import type { Measured } from '../../contract/visit.ts';

/** How a job in a page ended. */
export type JobEnd<J extends SessionJob> = { reply: ReplyTo<J> } | { crash: string } | { timedOut: true };

/** Milliseconds that the browser has to report how a page crashed. */
const GRACE_MS = 1000;

/**
 * Watches for a crash of the page. The returned function resolves with how it crashed: `the page crashed (killed,
 * SIGKILL)`.
 */
async function crashOf(page: Page, browser: Browser): Promise<() => Promise<string>> {
  const devtools = await browser.newBrowserCDPSession();
  await devtools.send('Target.setDiscoverTargets', { discover: true });
  const told = new Promise<string>((resolve) =>
    devtools.on('Target.targetCrashed', ({ status, errorCode }) => {
      // The code is a signal's number, except on Windows.
      const [signal] = Object.entries(constants.signals).find(([, number]) => number === errorCode) ?? [`${errorCode}`];
      resolve(`the page crashed (${status}, ${signal})`);
    }),
  );
  const crashed = new Promise((resolve) => page.on('crash', resolve));
  return async () => {
    await crashed;
    return Promise.race([told, new Promise<string>((resolve) => setTimeout(resolve, GRACE_MS, 'the page crashed'))]);
  };
}

/** Runs a job in the page until it answers, crashes or times out. */
export async function converse<J extends SessionJob>(
  page: Page,
  browser: Browser,
  job: J,
  limitMs: number,
): Promise<JobEnd<J>> {
  let timer: NodeJS.Timeout | undefined;
  const crashed = await crashOf(page, browser);
  const ended = await Promise.race<JobEnd<J>>([
    page
      .evaluate<unknown, SessionJob>((given) => globalThis.perform(given), job)
      .then(
        (reply) => ({ reply: reply as ReplyTo<J> }),
        // A crash of the page is reported below.
        async (error: Error) => {
          await new Promise((resolve) => setTimeout(resolve, 2 * GRACE_MS));
          return { crash: error.message.split('\n')[0] ?? 'the page failed' };
        },
      ),
    crashed().then((crash) => ({ crash })),
    new Promise((resolve) => browser.on('disconnected', () => resolve({ crash: 'the browser ended' }))),
    new Promise((resolve) => {
      timer = setTimeout(() => resolve({ timedOut: true }), limitMs);
    }),
  ]);
  clearTimeout(timer);
  return ended;
}

/**
 * Opens the harness's page, which reports its phases and the parts of its result. Throws where its script fails, or where opening takes longer than
 * `limitMs`.
 */
export async function openPage(
  page: Page,
  origin: string,
  limitMs: number,
  tell: { phase(name: string): Promise<void>; part(result: Measured): void },
): Promise<Page> {
  const seen: string[] = [];
  page.on('pageerror', (error) => seen.push(error.message));
  page.on('requestfailed', (request) => seen.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (answer) => answer.ok() || seen.push(`${answer.url()}: HTTP ${answer.status()}`));
  await page.exposeFunction('tellPhase', tell.phase);
  await page.exposeFunction('tellPart', tell.part);
  // The script is a module, so it has run once the page is loaded.
  await page.goto(origin, { timeout: limitMs });
  if (!(await page.evaluate(() => 'perform' in globalThis)))
    throw new Error(`the harness's page did not start: ${seen[0] ?? 'its script is empty'}`);
  return page;
}
