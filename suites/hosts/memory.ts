import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import type { ProcessMemory } from '../record.ts';

type Reading = { rss: number | null; peak: number | null };
type Process = { readonly role: 'renderer' | 'gpu'; readonly points: Map<string, Reading> };

/** Resident bytes of a process and their highest ever, from Linux' /proc; null elsewhere. */
function readMemory(pid: number): Reading {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => {
      const kilobytes = status.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1];
      return kilobytes === undefined ? null : Number(kilobytes) * 1024;
    };
    return { rss: field('VmRSS'), peak: field('VmHWM') };
  } catch {
    return { rss: null, peak: null };
  }
}

/**
 * Samples a browser's renderers and GPU process at the phases `baseline`, `opened` and `steady`. Chrome keeps a spare
 * renderer: the one that grew largest is the page's.
 */
export async function pageMemory(
  browser: Browser,
): Promise<{ sample(phase: string): Promise<void>; processes(): ProcessMemory[] }> {
  const session = await browser.newBrowserCDPSession();
  const seen = new Map<number, Process>();
  const last = (process: Process) => process.points.get('steady')?.rss ?? 0;
  return {
    async sample(phase) {
      if (phase !== 'baseline' && phase !== 'opened' && phase !== 'steady') return;
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      for (const { id, type } of processInfo) {
        if (type !== 'renderer' && type !== 'GPU') continue;
        const entry = seen.get(id) ?? { role: type === 'GPU' ? 'gpu' : 'renderer', points: new Map() };
        entry.points.set(phase, readMemory(id));
        seen.set(id, entry);
      }
    },
    processes() {
      const all = [...seen.values()];
      const renderer = all.filter((one) => one.role === 'renderer').sort((a, b) => last(b) - last(a))[0];
      return [renderer, all.find((one) => one.role === 'gpu')].flatMap((one) =>
        one === undefined
          ? []
          : {
              role: one.role,
              baseline: one.points.get('baseline')?.rss ?? null,
              opened: one.points.get('opened')?.rss ?? null,
              steady: one.points.get('steady')?.rss ?? null,
              peak: one.points.get('steady')?.peak ?? null,
            },
      );
    },
  };
}
