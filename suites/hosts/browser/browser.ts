import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from 'playwright';
import type { HostFacts, ReplyTo } from '../../contract/job.ts';
import { SECOND_PAGE } from '../../contract/phases.ts';
import type { Measured } from '../../contract/visit.ts';
import { faultReason } from '../fault.ts';
import type { Host, HostJob, HostOutcome } from '../host.ts';
import { pageMemory } from '../instruments/process-memory.ts';
import { temporaryFolder } from '../scratch.ts';
import { converse, openPage } from './converse.ts';
import { withDriver } from './driver.ts';
import type { DrivenBrowser } from './flags.ts';
import { type Access, cookieOf } from './gate.ts';
import { closeBrowser, launch, type OpenedBrowser } from './launch.ts';
import { secondPage } from './second-page.ts';

/** Time limit in milliseconds for a browser to close. */
const CLOSE_MS = 5000;

/** Additional milliseconds for opening, closing and a second page, beyond a job's own limit, before it is abandoned. */
const BESIDE_MS = 30_000;

type PageEnd = { reply: ReplyTo<HostJob>; facts: HostFacts } | { crash: string } | { timedOutMs: number };

/**
 * A host that launches a browser for each job, within `launchLimitMs`: a fresh profile with the server's cookie, a
 * fresh GPU process and a fresh page.
 */
export function browserHost(driven: DrivenBrowser, access: Access, launchLimitMs: number): Host {
  const { origin } = access;
  const open = new Set<OpenedBrowser>();
  let closed = false;

  const runIn = async (
    opened: OpenedBrowser,
    job: HostJob,
    limitMs: number,
    { tell, onPart }: { tell(phase: string): void; onPart(part: Measured): void },
  ): Promise<PageEnd> => {
    const { browser, page } = await launch(driven, opened.profile, launchLimitMs);
    opened.browser = browser;
    if (closed) throw new Error('the run has ended');
    await page.context().addCookies([cookieOf(access)]);
    const memory = await pageMemory(browser, page);
    await openPage(page, origin, limitMs, {
      async phase(phase) {
        tell(phase);
        await memory.sample(phase);
      },
      part: onPart,
    });
    const began = performance.now();
    const ended = await converse(page, browser, job, limitMs);
    if ('timedOut' in ended) return { timedOutMs: limitMs };
    if ('crash' in ended) return { crash: faultReason(ended.crash) };
    const facts = { processes: memory.processes(), cycles: memory.cycles(), secondPage: null };
    if ('error' in ended.reply) return { reply: ended.reply, facts };
    const reply = 'placement' in ended.reply ? await withDriver(ended.reply, browser) : ended.reply;
    if (job.kind !== 'visit' || !('results' in reply)) return { reply, facts };
    const shown = { page, browser, origin };
    const second = { began, limitMs, tell: (phase: string) => tell(SECOND_PAGE + phase) };
    return { reply, facts: { ...facts, secondPage: await secondPage(shown, job, reply, second) } };
  };

  return {
    async run<J extends HostJob>(
      job: J,
      limitMs: number,
      onPhase: (phase: string) => void,
      onPart?: (part: Measured) => void,
    ): Promise<HostOutcome<J>> {
      let phase = 'launch';
      if (closed) return { kind: 'crash', reason: 'the run has ended', phase };
      const opened: OpenedBrowser = { profile: mkdtempSync(join(temporaryFolder(), 'profile-')), browser: undefined };
      open.add(opened);
      const wholeMs = launchLimitMs + limitMs + BESIDE_MS;
      let timer: NodeJS.Timeout | undefined;
      // Playwright waits forever for a browser that is stopped (SIGSTOP) between two answers.
      const late = new Promise<{ timedOutMs: number }>((resolve) => {
        timer = setTimeout(resolve, wholeMs, { timedOutMs: wholeMs });
      });
      const tell = (name: string) => {
        if (!name.startsWith(SECOND_PAGE)) phase = name;
        onPhase(name);
      };
      const running = runIn(opened, job, limitMs, { tell, onPart: (part) => onPart?.(part) }).catch(
        (error: Error): PageEnd => {
          const timedOutMs = opened.browser === undefined ? launchLimitMs : limitMs;
          if (error instanceof errors.TimeoutError) return { timedOutMs };
          return { crash: error.message.split('\n')[0] ?? 'the browser failed' };
        },
      );
      try {
        const ended = await Promise.race([running, late]);
        if ('timedOutMs' in ended) return { kind: 'timeout', seconds: ended.timedOutMs / 1000, phase };
        if ('crash' in ended) return { kind: 'crash', reason: ended.crash, phase };
        return { kind: 'reply', reply: ended.reply as ReplyTo<J>, facts: ended.facts, phase };
      } finally {
        clearTimeout(timer);
        await closeBrowser(opened, CLOSE_MS);
        open.delete(opened);
      }
    },
    async close() {
      closed = true;
      await Promise.all([...open].map((opened) => closeBrowser(opened, 0)));
    },
  };
}
