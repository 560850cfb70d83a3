import type { Browser, Page } from 'playwright';
import type { SecondPage, SecondPageJob, VisitJob } from '../../contract/job.ts';
import type { VisitResult } from '../../contract/visit.ts';
import { findSuite } from '../../suites.ts';
import { converse, openPage } from './converse.ts';

/** A page of a browser, and the origin that serves the harness's page. */
export type Shown = { readonly page: Page; readonly browser: Browser; readonly origin: string };

/** Runs a job in a second page of the browser, whose caches hold what the first page loaded. */
async function startAgain(
  { page: first, browser, origin }: Shown,
  job: SecondPageJob,
  limitMs: number,
  tell: (phase: string) => void,
): Promise<SecondPage> {
  try {
    // Closing a browser's last page may end it.
    const second = await first.context().newPage();
    await first.close();
    const page = await openPage(second, origin, limitMs, { phase: async (phase) => tell(phase), part() {} });
    const ended = await converse(page, browser, job, limitMs);
    if ('timedOut' in ended) return { reason: `no answer within ${Math.round(limitMs / 1000)} s` };
    if ('crash' in ended) return { reason: ended.crash };
    return 'error' in ended.reply ? { reason: ended.reply.error } : { answer: ended.reply };
  } catch (error) {
    return { reason: (error as Error).message.split('\n')[0] ?? 'the second page failed' };
  }
}

/**
 * The result of the suite that also runs in a second page, or why there is none; null where the visit has no such
 * suite. `began` and `limitMs` apply to the visit as a whole.
 */
export async function secondPage(
  shown: Shown,
  { row, visit }: VisitJob,
  { results }: VisitResult,
  { began, limitMs, tell }: { began: number; limitMs: number; tell: (phase: string) => void },
): Promise<SecondPage | null> {
  for (const measured of results) {
    const { suite } = measured;
    const found = findSuite(suite);
    if (found?.noSecondPage === undefined) continue;
    const elapsedMs = performance.now() - began;
    const reason = found.noSecondPage(measured, visit, elapsedMs);
    if (reason !== undefined) return { reason };
    return startAgain(shown, { kind: 'second-page', row, visit, suite }, limitMs - elapsedMs, tell);
  }
  return null;
}
