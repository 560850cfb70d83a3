import { type Browser, chromium, type Page } from 'playwright';
import type { BackendRow } from '../backend.ts';
import type { Visit, VisitReply } from '../visit.ts';
import { addMemory, type Host, type VisitOutcome } from './host.ts';
import { pageMemory } from './memory.ts';

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

/** Runs the visit in the page, until it answers, dies or its time is over. */
async function converse(page: Page, browser: Browser, visit: Visit, row: BackendRow, limit: number): Promise<Ended> {
  let timer: NodeJS.Timeout | undefined;
  const ended = await Promise.race<Ended>([
    page
      .evaluate(([v, r]) => globalThis.visit(v, r), [visit, row] as const)
      .then(
        (reply) => ({ reply }),
        (error: Error) => ({ crash: error.message.split('\n')[0] ?? 'the page failed' }),
      ),
    new Promise((resolve) => page.on('crash', () => resolve({ crash: 'the page crashed' }))),
    new Promise((resolve) => browser.on('disconnected', () => resolve({ crash: 'the browser ended' }))),
    new Promise((resolve) => {
      timer = setTimeout(() => resolve({ timedOut: true }), limit);
    }),
  ]);
  clearTimeout(timer);
  return ended;
}

/** A host that launches a browser for each visit: a fresh profile, GPU process and page. */
export function browserHost(executablePath: string, origin: string): Host {
  const open = new Set<Browser>();
  const close = async (browser: Browser | undefined) => {
    if (browser === undefined) return;
    open.delete(browser);
    await Promise.race([browser.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 5000))]);
  };
  return {
    async run(visit: Visit, row: BackendRow, limit: number, onPhase: (phase: string) => void): Promise<VisitOutcome> {
      let phase = 'launch';
      let browser: Browser | undefined;
      try {
        // An interrupt is the parent's to handle: it has records to keep and reports to write.
        const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
        browser = await chromium.launch({ executablePath, args: browserFlags(), ...signals });
        open.add(browser);
        const page = await (await browser.newContext()).newPage();
        const memory = await pageMemory(browser, page);
        await page.exposeFunction('tellPhase', async (name: string) => {
          phase = name;
          onPhase(name);
          await memory.sample(name);
        });
        await page.goto(origin);
        await page.waitForFunction(() => 'visit' in globalThis);
        const ended = await converse(page, browser, visit, row, limit);
        if ('timedOut' in ended) return { kind: 'timeout', seconds: limit / 1000, phase };
        if ('crash' in ended) return { kind: 'crash', reason: ended.crash, phase };
        addMemory(ended.reply, memory);
        return { kind: 'reply', reply: ended.reply, phase };
      } catch (error) {
        return { kind: 'crash', reason: (error as Error).message.split('\n')[0] ?? 'the browser failed', phase };
      } finally {
        await close(browser);
      }
    },
    close: async () => void (await Promise.all([...open].map(close))),
  };
}
