import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackendRow } from '../contract/backend.ts';
import type { DrivenBrowser } from '../hosts/browser/flags.ts';
import { showPage } from '../hosts/browser/shown.ts';
import { type PackageFolders, packageFolder } from '../hosts/bundle.ts';
import { runCommand } from '../hosts/node/command.ts';
import { folderOf } from '../hosts/packages.ts';
import { softwareVulkan } from '../hosts/provision/software-vulkan.ts';
import type { Repro } from './repro.ts';

const LIMIT_S = 300;

/**
 * What a repro says when it is run: `DEFECT …` (beyond the worst-case bound), `SUSPECT …` (beyond what right
 * implementations do) or `right …`; or why it could not be run.
 */
export type Rerun = { readonly says: string } | { readonly reason: string };

/** Whether a repro shows its defect by itself. */
export const stands = (rerun: Rerun): boolean => 'says' in rerun && /^(DEFECT|SUSPECT)/.test(rerun.says);

/** The browser, where there is one, and the packages that a repro runs with. */
export type RerunWith = { readonly browser: DrivenBrowser | undefined; readonly packages: PackageFolders };

/** Runs a script from a folder in which it finds its packages as a user's would. */
async function runScript(path: string, row: BackendRow, { browser, packages }: RerunWith): Promise<Rerun> {
  const [other] = packages.folders.values();
  const near = join(other ?? dirname(packageFolder('esbuild')), '.cache', 'resnet-bench');
  const script = join(near, `repro-${process.pid}.mjs`);
  mkdirSync(near, { recursive: true });
  copyFileSync(path, script);
  const vulkan = row.device === 'webgpu' ? softwareVulkan(browser?.path) : {};
  const { ok, stdout, stderr } = await runCommand(process.execPath, [script], LIMIT_S, vulkan);
  rmSync(script, { force: true });
  const said = stdout.match(/^(DEFECT|SUSPECT|right).*/m)?.[0];
  if (ok && said !== undefined) return { says: said };
  return { reason: stderr.split('\n').find((line) => /Error|gave up/.test(line)) ?? 'the script says nothing' };
}

/** Opens a page with this project's packages in the place of the public address. */
async function runPage(
  { path, packages, version }: Repro,
  browser: DrivenBrowser,
  from: PackageFolders,
): Promise<Rerun> {
  const mounts = Object.fromEntries(packages.map((name) => [`/cdn/${name}@${version}/`, folderOf(from, name)]));
  const page = '/repro/index.html?base={origin}/cdn/';
  const shown = { path: page, selector: '#verdict', before: 'running…' };
  const text = await showPage(browser, { ...mounts, '/repro/': dirname(path) }, shown, LIMIT_S * 1000);
  const [line = ''] = text.split('\n');
  return /^(DEFECT|SUSPECT|right)/.test(line) ? { says: line } : { reason: line };
}

/** Runs a repro by itself, as who gets it would, and resolves to what it says. Never throws. */
export async function rerun(repro: Repro, row: BackendRow, { browser, packages }: RerunWith): Promise<Rerun> {
  try {
    if (row.host === 'node') return await runScript(repro.path, row, { browser, packages });
    return browser === undefined ? { reason: 'there is no browser' } : await runPage(repro, browser, packages);
  } catch (error) {
    return { reason: (error as Error).message.split('\n')[0] ?? 'it could not be run' };
  }
}
