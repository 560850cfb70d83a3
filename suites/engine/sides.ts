import type { BackendRow } from '../contract/backend.ts';
import { OWN_PACKAGES, type PackageFolders } from '../hosts/bundle.ts';
import { versionIn } from '../hosts/packages.ts';
import { type Browser, type Missing, provisionBrowser } from '../hosts/provision/provision.ts';
import { cellId, isOwn } from '../plan/cell.ts';
import type { Header } from '../record/header.ts';
import { installVersion, joinPackages } from '../versions/install.ts';
import { mustBePublished, publishedVersions } from '../versions/registry.ts';
import { backendsOf, parseSides, type SideSpec } from '../versions/sides.ts';
import { fingerprintOf } from './environment.ts';
import type { Variant } from './history.ts';
import { NO_BROWSER } from './hosts.ts';
import type { Group } from './runner.ts';

/** What one of the interleaved versions runs. */
export type Side = {
  readonly packages: PackageFolders;
  readonly browser: Browser | Missing;
  /** The form of all its networks, whatever their cells say; undefined where the cells say it. */
  readonly form?: string | undefined;
};

/** Installs the packages of a side. Throws one line where one cannot be installed. */
async function installSide({ packages }: SideSpec, log: (line: string) => void): Promise<PackageFolders> {
  const installed: PackageFolders[] = [];
  for (const spec of packages) installed.push(await installVersion(spec, log));
  return joinPackages(installed);
}

/** Throws one line where a version that a side names is not published, before anything is installed. */
async function mustExist(sides: readonly SideSpec[]): Promise<void> {
  const specs = sides.flatMap(({ packages }) => packages);
  for (const name of new Set(specs.map((spec) => spec.name))) {
    const published = await publishedVersions(name);
    for (const spec of specs) if (spec.name === name) mustBePublished(spec, published);
  }
}

/** `ab`: the user's words. `rows`: the backends of the plan. `browser`: the user's own, undefined to find one. */
export type SidesAsked = {
  readonly ab: readonly string[] | undefined;
  readonly variants: readonly Variant[];
  readonly rows: readonly BackendRow[];
  readonly browser: string | undefined;
  readonly log: (line: string) => void;
};

/** What each of the interleaved versions runs: the same, unless `ab` says otherwise. Throws one line on bad input. */
export async function sidesOf({ ab, variants, rows, browser, log }: SidesAsked): Promise<ReadonlyMap<Variant, Side>> {
  const inPages = rows.some(({ host }) => host === 'browser');
  const find = async (path: string | undefined) =>
    inPages ? await provisionBrowser({ path, log, install: true }) : NO_BROWSER;
  if (ab === undefined) {
    const side: Side = { packages: OWN_PACKAGES, browser: await find(browser) };
    return new Map(variants.map((variant) => [variant, side] as const));
  }
  const [a, b] = parseSides(ab);
  const differing = backendsOf([a, b]);
  if (!rows.some(({ id }) => differing.includes(id)))
    throw new Error(
      `none of the cells runs what differs in --ab ${ab.join(',')}: choose among ${differing.join(', ')}`,
    );
  await mustExist([a, b]);
  const side = async (spec: SideSpec): Promise<Side> => ({
    packages: await installSide(spec, log),
    browser: await find(spec.browser ?? browser),
    form: spec.form,
  });
  return new Map([
    ['a', await side(a)],
    ['b', await side(b)],
  ]);
}

/** A group as a side runs it: with its form in the cells, and the same key. */
export const inForm = (group: Group, form: string | undefined): Group =>
  form === undefined ? group : { ...group, cells: group.cells.map((cell) => ({ ...cell, form })) };

/** Throws one line where a side sets the form of networks that have one only, or are requested in several. */
export function mustHaveForm(groups: readonly Group[], form: string | undefined): void {
  const ids = new Set<string>();
  for (const cell of form === undefined ? [] : groups.flatMap((group) => inForm(group, form).cells)) {
    if (isOwn(cell.model))
      throw new Error(`'${cell.model}' runs as its file has it: --ab form:… takes networks of the table`);
    const id = cellId(cell);
    if (ids.has(id)) throw new Error(`--ab form:… sets the form of ${id}, and several are requested: request one`);
    ids.add(id);
  }
}

/** Opens something for each version, once where several run the same. */
export async function openOnce<T>(
  sides: ReadonlyMap<Variant, Side>,
  open: (side: Side) => Promise<T>,
): Promise<ReadonlyMap<Variant, T>> {
  const opened = new Map<Side, T>();
  for (const side of sides.values()) if (!opened.has(side)) opened.set(side, await open(side));
  return new Map([...sides].map(([variant, side]) => [variant, opened.get(side) as T]));
}

/** A header with the versions of the packages that really run, and the form of the networks where a side sets it. */
export function asRun(header: Header, { packages, form }: Pick<Side, 'packages' | 'form'>): Header {
  const { environment } = header;
  const names = Object.keys(environment.packages);
  const versions = Object.fromEntries(names.map((name) => [name, versionIn(packages, name)]));
  const real = { ...environment, packages: versions };
  const changed = { ...header, environment: real, fingerprint: fingerprintOf(real) };
  return form === undefined ? changed : { ...changed, form };
}
