import { grouped } from '../../reference/collect.ts';
import { BACKENDS, findBackend } from '../backends/backends.ts';
import type { BackendRow } from '../contract/backend.ts';
import { type Lifetime, lifetime } from '../hosts/lifetime.ts';
import { softwareVulkan } from '../hosts/provision/software-vulkan.ts';
import { type Cell, cellId } from '../plan/cell.ts';
import { chosenDrivers, SOFTWARE } from '../record/software.ts';
import { count } from '../stats/format.ts';
import { ALWAYS } from '../suites.ts';
import { type BrowserChoice, openHosts } from './hosts.ts';

/** Time limit in milliseconds for a page to describe its adapter. */
const LIMIT_MS = 30_000;

/** Devices whose adapter may be a software one. */
const ADAPTERS: readonly string[] = ['webgpu', 'webgl'];
const mayBeSoftware = ({ backend }: Cell): boolean => ADAPTERS.includes(findBackend(backend)?.device ?? '');

/** The rows of the backends of these cells, in the table's order. */
export const backendRows = (cells: readonly Cell[]): BackendRow[] => {
  const ids = new Set(cells.map(({ backend }) => backend));
  return BACKENDS.filter(({ id }) => ids.has(id));
};

/** The software adapters of backends, by the backend's id, as their pages or drivers describe them. */
export type SoftwareAdapters = ReadonlyMap<string, string>;

/** The software driver of Node's WebGPU; undefined where it will use a GPU, or its driver's name does not say. */
function vulkanDriver(browser: BrowserChoice): string | undefined {
  const chosen =
    chosenDrivers(process.env) ?? softwareVulkan(browser.found ? browser.path : undefined).VK_ICD_FILENAMES;
  return chosen !== undefined && SOFTWARE.test(chosen) ? 'a software Vulkan driver' : undefined;
}

/**
 * Finds the backends that would run on a software adapter. Asks a page of the browser once for each kind of device. If a
 * page does not answer, its backends run as if they had a GPU.
 */
export async function softwareAdapters(
  rows: readonly BackendRow[],
  browser: BrowserChoice,
  { logs, outer }: { readonly logs: string; readonly outer: Lifetime },
): Promise<SoftwareAdapters> {
  const found = new Map<string, string>();
  const driver = vulkanDriver(browser);
  for (const { id, host, device } of rows)
    if (host === 'node' && device === 'webgpu' && driver !== undefined) found.set(id, driver);
  const asked = rows.filter(({ host, device }) => host === 'browser' && ADAPTERS.includes(device));
  if (!browser.found || asked.length === 0) return found;
  const own = lifetime();
  outer.defer(own.end);
  try {
    const hosts = await openHosts(asked, browser, { mounts: {}, logs }, own);
    for (const [, alike] of grouped(asked, ({ device }) => device)) {
      const [row] = alike;
      const place = row && hosts.of(row);
      if (row === undefined || place === undefined || 'reason' in place) continue;
      const outcome = await place.host.run({ kind: 'adapter', row }, LIMIT_MS, () => {});
      if (outcome.kind !== 'reply' || 'error' in outcome.reply) continue;
      const { adapter } = outcome.reply;
      if (adapter?.software) for (const { id } of alike) found.set(id, adapter.description);
    }
    return found;
  } finally {
    await own.end();
  }
}

/** The backends on software adapters when a plan was made, read from the cells that it lacks. */
export function softwareIn(before: readonly Cell[], planned: readonly string[]): ReadonlySet<string> {
  const kept = new Set(planned);
  return new Set(before.filter((cell) => mayBeSoftware(cell) && !kept.has(cellId(cell))).map(({ backend }) => backend));
}

/** One line about cells that software adapters leave out or make smaller. Empty if there are none. */
export function softwareText(software: SoftwareAdapters, before: readonly Cell[], now: readonly Cell[]): string[] {
  const kept = new Set(now.map(cellId));
  const changed = before.filter((cell) => !kept.has(cellId(cell)));
  if (changed.length === 0) return [];
  const names = [...new Set(changed.map(({ backend }) => backend))].filter((id) => software.has(id));
  const hosts = [...new Set(names.map((id) => findBackend(id)?.device ?? ''))].join(' and ');
  const modelsIn = (cells: readonly Cell[]) =>
    new Set(
      cells.filter((cell) => names.includes(cell.backend) && ALWAYS.includes(cell.suite)).map(({ model }) => model),
    );
  const checked = modelsIn(now);
  const spared = [...modelsIn(before)].filter((model) => !checked.has(model));
  const without = spared.length === 0 ? '' : `, without ${spared.join(' and ')}`;
  return [
    `no GPU: ${hosts} run on a software adapter, so outputs and placement are checked with small images${without}, and nothing is timed (${count(names.length, 'backend')}; name one with --backends to time it)`,
  ];
}
