import { join } from 'node:path';
import type { BackendRow } from '../contract/backend.ts';
import { openHosts } from '../engine/hosts.ts';
import type { Lifetime } from '../hosts/lifetime.ts';
import { provisionBrowser } from '../hosts/provision/provision.ts';
import { openScratch, workFolder } from '../hosts/scratch.ts';
import { writeBundle } from './bundle.ts';
import { type Chunk, campaign, type FuzzReport } from './campaign.ts';
import { knownAs } from './known.ts';
import { type Player, player } from './player.ts';
import { witnessOf } from './witness.ts';

/** Options of a fuzzing run. */
export type FuzzOptions = {
  readonly rows: readonly BackendRow[];
  /** Seconds in all, which the backends share equally; and the most networks of each. */
  readonly seconds: number;
  readonly most: number;
  readonly seed: number;
  /** A browser to drive; undefined to find or provision one. */
  readonly browser: string | undefined;
  /** The folder in which bundles are created. */
  readonly out: string;
  readonly lifetime: Lifetime;
  readonly log: (line: string) => void;
};

/** A backend's report, the bundles of its defects by their keys; or why it could not run. */
export type Fuzzed =
  | { readonly report: FuzzReport; readonly bundles: ReadonlyMap<string, string> }
  | { readonly backend: string; readonly reason: string };

/** A page starts slowly, and a process quickly. */
const CHUNKS: { readonly [host in BackendRow['host']]: Chunk } = {
  node: { count: 400, budgetMs: 5_000 },
  browser: { count: 200, budgetMs: 20_000 },
};

/** Fuzzes backends one after another, and writes a bundle of each defect. */
export async function fuzz(options: FuzzOptions): Promise<readonly Fuzzed[]> {
  const { rows, seconds, most, seed, browser: path, out, lifetime, log } = options;
  const scratch = openScratch(lifetime);
  const needed = [...rows, ...rows.map(witnessOf)];
  const browser = await provisionBrowser({ path, log, install: true });
  const mounts = { '/work/': workFolder(scratch) };
  const hosts = await openHosts(needed, browser, { mounts, logs: scratch }, lifetime);
  const playOn = (row: BackendRow): Player => {
    const place = hosts.of(row);
    if ('reason' in place) throw new Error(`${place.reason}; ${place.fix}`);
    return player(row, place);
  };
  const fuzzed: Fuzzed[] = [];
  for (const row of rows) {
    try {
      const amount = { seconds: seconds / rows.length, most, seed };
      const report = await campaign(
        { row, playOn, known: (network) => knownAs(network, row.id) },
        amount,
        CHUNKS[row.host],
        log,
      );
      const bundles = new Map<string, string>();
      for (const [number, { defect }] of report.found.entries()) {
        const folder = join(out, `${row.id.replace('/', '-')}-${seed}-${number + 1}`);
        bundles.set(defect.key, await writeBundle(folder, defect, row));
      }
      fuzzed.push({ report, bundles });
    } catch (error) {
      fuzzed.push({ backend: row.id, reason: (error as Error).message });
    }
  }
  return fuzzed;
}
