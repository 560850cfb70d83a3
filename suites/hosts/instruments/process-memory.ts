import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright';
import type { HostFacts } from '../../contract/job.ts';
import { CYCLE, isPoint } from '../../contract/phases.ts';

type MemoryReading = { rss: number | null; peak: number | null };
type Process = {
  readonly role: 'renderer' | 'gpu';
  readonly points: Map<string, MemoryReading>;
  readonly cycles: number[];
};

/** Resident bytes of a process, current and highest ever, from Linux's /proc; null on other systems. */
function readMemory(pid: number): MemoryReading {
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

/** The sampled memory of a browser's processes. */
export type PageMemory = {
  sample(phase: string): Promise<void>;
  processes(): HostFacts['processes'];
  cycles(): HostFacts['cycles'];
};

/**
 * Samples the memory of a browser's renderers and GPU process at the phases of a visit, and after each cycle. Chrome
 * keeps a spare renderer: the one that grew largest is the page's.
 */
export async function pageMemory(browser: Browser, page: Page): Promise<PageMemory> {
  const devtools = await browser.newBrowserCDPSession();
  const seen = new Map<number, Process>();
  const last = (process: Process) => process.cycles.at(-1) ?? process.points.get('steady')?.rss ?? 0;
  /** The page's renderer and the GPU process. */
  const own = (): Process[] => {
    const all = [...seen.values()];
    const [renderer] = all.filter((one) => one.role === 'renderer').sort((a, b) => last(b) - last(a));
    return [renderer, all.find((one) => one.role === 'gpu')].flatMap((one) => one ?? []);
  };
  return {
    async sample(phase) {
      if (!isPoint(phase) && phase !== CYCLE) return;
      // Uncollected garbage is not a leak.
      if (phase === CYCLE) await page.requestGC();
      const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
      for (const { id, type } of processInfo) {
        if (type !== 'renderer' && type !== 'GPU') continue;
        const entry: Process = seen.get(id) ?? {
          role: type === 'GPU' ? 'gpu' : 'renderer',
          points: new Map(),
          cycles: [],
        };
        const reading = readMemory(id);
        if (phase !== CYCLE) entry.points.set(phase, reading);
        else if (reading.rss !== null) entry.cycles.push(reading.rss);
        seen.set(id, entry);
      }
    },
    processes: () =>
      own().map(({ role, points }) => ({
        role,
        baseline: points.get('baseline')?.rss ?? null,
        opened: points.get('opened')?.rss ?? null,
        steady: points.get('steady')?.rss ?? null,
        closed: points.get('closed')?.rss ?? null,
        peak: points.get('steady')?.peak ?? null,
      })),
    cycles: () => own().map(({ role, cycles }) => ({ role, rss: cycles })),
  };
}
