import type { BackendRow } from '../contract/backend.ts';
import { browserHost } from '../hosts/browser/browser.ts';
import type { DrivenBrowser } from '../hosts/browser/flags.ts';
import { LAUNCH_LIMIT_MS } from '../hosts/browser/launch.ts';
import type { Mounts } from '../hosts/browser/mounts.ts';
import { packageMounts } from '../hosts/browser/packages.ts';
import { serve } from '../hosts/browser/server.ts';
import { bundleChild, bundlePage, OWN_PACKAGES, type PackageFolders } from '../hosts/bundle.ts';
import type { Host } from '../hosts/host.ts';
import type { Lifetime } from '../hosts/lifetime.ts';
import { type NodeHost, nodeHost, STEP_LIMIT } from '../hosts/node/node.ts';
import { softwareVulkan } from '../hosts/provision/software-vulkan.ts';

/** A browser to drive, or why there is none. */
export type BrowserChoice =
  | ({ readonly found: true } & DrivenBrowser)
  | { readonly found: false; readonly reason: string; readonly fix: string };

/** A host, and `locate`, which converts a path to what the host reads: the path itself in Node, a URL in a page. */
export type Place = { readonly host: Host; locate(path: string): string };

export type Hosts = {
  /** Makes files in a child process. Throws one line where it fails. */
  readonly prepare: NodeHost['prepare'];
  /** Where a backend's visits run, or why they cannot run. */
  of(row: BackendRow): Place | { readonly reason: string; readonly fix: string };
};

/** Makes something of packages once for each choice of them. What failed is made again. */
function oncePerChoice<T>(make: (packages: PackageFolders) => Promise<T>): (packages: PackageFolders) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (packages) => {
    const { key } = packages;
    const known = made.get(key) ?? make(packages);
    made.set(key, known);
    known.catch(() => made.delete(key));
    return known;
  };
}

/** A process opens hosts several times, such as for its adapters and its visits: bundles take most of a second. */
const childBundle = oncePerChoice(bundleChild);
const pageBundle = oncePerChoice(bundlePage);

/** The page's host, and the server behind it. */
async function openPages(
  browser: DrivenBrowser,
  mounts: Mounts,
  packages: PackageFolders,
): Promise<Place & { close(): Promise<unknown> }> {
  const server = await serve({ ...mounts, ...packageMounts(packages), '/bundle/': await pageBundle(packages) });
  const host = browserHost(browser, server, LAUNCH_LIMIT_MS);
  return {
    host,
    locate(file) {
      const mount = Object.entries(mounts).find(([url, path]) =>
        url.endsWith('/') ? file.startsWith(`${path}/`) : file === path,
      );
      const url = mount === undefined ? '' : mount[0] + file.slice(mount[1].length + (mount[0].endsWith('/') ? 1 : 0));
      return url.split('/').map(encodeURIComponent).join('/');
    },
    close: () => Promise.all([host.close(), server.close()]),
  };
}

/**
 * `mounts`: files for pages, by URL. `logs`: a folder for the children's logs. `packages`: other versions of runtimes;
 * absent where they are this project's own.
 */
export type Shared = { readonly mounts: Mounts; readonly logs: string; readonly packages?: PackageFolders };

/** The choice where no visit needs a browser. */
export const NO_BROWSER = { found: false, reason: 'no browser was needed', fix: '' } as const satisfies BrowserChoice;

/** Opens the hosts that the backends need. They close when the lifetime ends. */
export async function openHosts(
  rows: readonly BackendRow[],
  browser: BrowserChoice,
  { mounts, logs, packages = OWN_PACKAGES }: Shared,
  lifetime: Lifetime,
): Promise<Hosts> {
  const bundle = await childBundle(packages);
  const needed = rows.some((row) => row.host === 'browser');
  const pages = needed && browser.found ? await openPages(browser, mounts, packages) : undefined;
  if (pages !== undefined) lifetime.defer(async () => void (await pages.close()));
  const vulkan = softwareVulkan(browser.found ? browser.path : undefined);
  const host = nodeHost(
    bundle,
    logs,
    (row) => (row.host === 'node' && row.device === 'webgpu' ? vulkan : {}),
    STEP_LIMIT,
  );
  lifetime.defer(host.close);
  const node: Place = { host, locate: (path) => path };
  return {
    prepare: host.prepare,
    of(row) {
      if (row.host === 'node') return node;
      return pages ?? (browser.found ? { reason: 'no browser was opened', fix: 'report this' } : browser);
    },
  };
}
