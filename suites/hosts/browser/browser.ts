import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, errors, type Page } from 'playwright';
import type { BackendRow } from '../../contract/backend.ts';
import type { Visit, VisitReply } from '../../contract/visit.ts';
import type { StartupResult } from '../../startup/schema.ts';
import { tooDear, type Warm, warmOf } from '../../startup/warm.ts';
import { faultReason } from '../fault.ts';
import { addMemory, type Host, type VisitOutcome } from '../host.ts';
import { pageMemory } from '../instruments/memory.ts';
import { killWithin } from '../node/processes.ts';
import { temporaryFolder } from '../scratch.ts';
import { addDriver } from './driver.ts';
import { type Access, cookieOf } from './gate.ts';

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

type Ended = { reply: VisitReply } | { crash: string } | { timedOut: true };

/** Milliseconds for the browser to tell how a page crashed. */
const GRACE = 1000;

/** Resolves with how the page crashed, once it has: `the page crashed (killed, SIGKILL)`. */
async function crashOf(page: Page, browser: Browser): Promise<() => Promise<string>> {
  const session = await browser.newBrowserCDPSession();
  await session.send('Target.setDiscoverTargets', { discover: true });
  const told = new Promise<string>((resolve) =>
    session.on('Target.targetCrashed', ({ status, errorCode }) => {
      // A signal, but on Windows.
      const [signal] = Object.entries(constants.signals).find(([, number]) => number === errorCode) ?? [`${errorCode}`];
      resolve(`the page crashed (${status}, ${signal})`);
    }),
  );
  const crashed = new Promise((resolve) => page.on('crash', resolve));
  return async () => {
    await crashed;
    return Promise.race([told, new Promise<string>((resolve) => setTimeout(resolve, GRACE, 'the page crashed'))]);
  };
}

/** Runs the visit in the page, until it answers, dies or its time is over. */
async function converse(page: Page, browser: Browser, visit: Visit, row: BackendRow, limit: number): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const crashed = await crashOf(page, browser);
  const ended = await Promise.race<Ended>([
    page
      .evaluate(([v, r]) => globalThis.visit(v, r), [visit, row] as const)
      .then(
        (reply) => ({ reply }),
        // A page that crashed is told below.
        async (error: Error) => {
          await new Promise((resolve) => setTimeout(resolve, 2 * GRACE));
          return { crash: error.message.split('\n')[0] ?? 'the page failed' };
        },
      ),
    crashed().then((crash) => ({ crash })),
    new Promise((resolve) => browser.on('disconnected', () => resolve({ crash: 'the browser ended' }))),
    new Promise((resolve) => {
      timer = setTimeout(() => resolve({ timedOut: true }), limit);
    }),
  ]);
  clearTimeout(timer);
  return ended;
}

/** Opens the harness's page, which tells its phases. Throws where its script fails, or where it takes `limit` ms. */
async function openPage(
  page: Page,
  origin: string,
  limit: number,
  tell: (phase: string) => Promise<void>,
): Promise<Page> {
  const seen: string[] = [];
  page.on('pageerror', (error) => seen.push(error.message));
  page.on('requestfailed', (request) => seen.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (answer) => answer.ok() || seen.push(`${answer.url()}: HTTP ${answer.status()}`));
  await page.exposeFunction('tellPhase', tell);
  // Its script is a module, so it has run once the page is loaded.
  await page.goto(origin, { timeout: limit });
  if (!(await page.evaluate(() => 'visit' in globalThis)))
    throw new Error(`the harness's page did not start: ${seen[0] ?? 'its script is empty'}`);
  return page;
}

/** Starts the runtime once more in a second page of the browser, whose caches hold what the first one loaded. */
async function startAgain(
  first: Page,
  browser: Browser,
  origin: string,
  visit: Visit,
  row: BackendRow,
  limit: number,
  tell: (phase: string) => void,
): Promise<Warm> {
  try {
    // Closing a browser's last page may end it.
    const second = await first.context().newPage();
    await first.close();
    const page = await openPage(second, origin, limit, async (phase) => tell(phase));
    const ended = await converse(page, browser, { ...visit, suites: ['startup'], always: [], again: true }, row, limit);
    if ('timedOut' in ended) return { reason: `no answer within ${Math.round(limit / 1000)} s` };
    return 'crash' in ended ? { reason: ended.crash } : warmOf(ended.reply);
  } catch (error) {
    return { reason: (error as Error).message.split('\n')[0] ?? 'the second page failed' };
  }
}

/** Milliseconds in which a browser starts, and in which one that is asked to close does. */
export const LAUNCH_LIMIT = 60_000;
const CLOSE = 5000;

/** What opening, closing and a warm start may take beside a visit's own limit, before it is given up. */
const BESIDE = 30_000;

/** A browser of a visit: its profile, and itself once it has started. */
type Opened = { readonly profile: string; browser: Browser | undefined };

/** Closes a browser, and kills it where it does not close; its profile goes. */
async function closeBrowser({ profile, browser }: Opened, patience: number): Promise<void> {
  const closing = browser?.close().then(
    () => true,
    () => false,
  );
  const late = new Promise<false>((resolve) => setTimeout(resolve, patience, false).unref());
  if (!(await Promise.race([closing ?? false, late])))
    // One that is stopped or not yet known ends so alone.
    for (let tries = 0; killWithin(profile) > 0 && tries < 50; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
}

/** The browser of a launch, which has a window's profile in a folder of its own: without one, nothing large is cached. */
async function launch(
  executablePath: string,
  profile: string,
  timeout: number,
): Promise<{ browser: Browser; page: Page }> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: browserFlags(),
    timeout,
    // An interrupt is the parent's to handle: it has records to keep and reports to write.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const browser = context.browser();
  if (browser === null) throw new Error('the browser ended at once');
  return { browser, page: context.pages()[0] ?? (await context.newPage()) };
}

/**
 * A host that launches a browser for each visit, within `launchLimit` milliseconds: a fresh profile with the server's
 * cookie, GPU process and page.
 */
export function browserHost(executablePath: string, access: Access, launchLimit: number): Host {
  const { origin } = access;
  const open = new Set<Opened>();
  let closed = false;

  const visitIn = async (
    opened: Opened,
    visit: Visit,
    row: BackendRow,
    limit: number,
    tell: (phase: string) => void,
  ): Promise<{ reply: VisitReply } | { crash: string } | { timedOut: number }> => {
    const { browser, page } = await launch(executablePath, opened.profile, launchLimit);
    opened.browser = browser;
    if (closed) throw new Error('the run has ended');
    await page.context().addCookies([cookieOf(access)]);
    const memory = await pageMemory(browser, page);
    await openPage(page, origin, limit, async (name: string) => {
      tell(name);
      await memory.sample(name);
    });
    const began = performance.now();
    const ended = await converse(page, browser, visit, row, limit);
    if ('timedOut' in ended) return { timedOut: limit };
    if ('crash' in ended) return { crash: faultReason(ended.crash) };
    addMemory(ended.reply, memory);
    await addDriver(ended.reply, browser);
    const { results = [] } = 'results' in ended.reply ? ended.reply : {};
    const startup = results.find(({ suite }) => suite === 'startup') as StartupResult | undefined;
    if (startup !== undefined) {
      const elapsed = performance.now() - began;
      const reason = visit.round > 0 ? 'it is made in the first round' : tooDear(startup, visit.budget, elapsed);
      startup.warm = reason
        ? { reason }
        : await startAgain(page, browser, origin, visit, row, limit - elapsed, (name) => tell(`warm ${name}`));
    }
    return { reply: ended.reply };
  };

  return {
    async run(visit: Visit, row: BackendRow, limit: number, onPhase: (phase: string) => void): Promise<VisitOutcome> {
      let phase = 'launch';
      if (closed) return { kind: 'crash', reason: 'the run has ended', phase };
      const opened: Opened = { profile: mkdtempSync(join(temporaryFolder(), 'profile-')), browser: undefined };
      open.add(opened);
      const whole = launchLimit + limit + BESIDE;
      let timer: NodeJS.Timeout | undefined;
      // Playwright waits for ever for a browser that is stopped between its answers.
      const late = new Promise<{ timedOut: number }>((resolve) => {
        timer = setTimeout(resolve, whole, { timedOut: whole });
      });
      const tell = (name: string) => {
        if (!name.startsWith('warm ')) phase = name;
        onPhase(name);
      };
      const visiting = visitIn(opened, visit, row, limit, tell).catch((error: Error) => {
        const timedOut = opened.browser === undefined ? launchLimit : limit;
        if (error instanceof errors.TimeoutError) return { timedOut };
        return { crash: error.message.split('\n')[0] ?? 'the browser failed' };
      });
      try {
        const ended = await Promise.race([visiting, late]);
        if ('timedOut' in ended) return { kind: 'timeout', seconds: ended.timedOut / 1000, phase };
        if ('crash' in ended) return { kind: 'crash', reason: ended.crash, phase };
        return { kind: 'reply', reply: ended.reply, phase };
      } finally {
        clearTimeout(timer);
        await closeBrowser(opened, CLOSE);
        open.delete(opened);
      }
    },
    async close() {
      closed = true;
      await Promise.all([...open].map((opened) => closeBrowser(opened, 0)));
    },
  };
}
