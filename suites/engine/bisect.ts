import { loadavg } from 'node:os';
import { FULL_PRECISION, precisionOf } from '../../reference/precisions/precisions.ts';
import { seededTensor, seededWeights } from '../../reference/weights/seeded.ts';
import { findBackend } from '../backends/backends.ts';
import { DEFECTS } from '../backends/defects.ts';
import type { BackendRow } from '../contract/backend.ts';
import { OWN_PACKAGES, type PackageFolders } from '../hosts/bundle.ts';
import type { Lifetime } from '../hosts/lifetime.ts';
import { versionIn } from '../hosts/packages.ts';
import { provisionBrowser } from '../hosts/provision/provision.ts';
import { openScratch } from '../hosts/scratch.ts';
import { exportOf } from '../locate/exported.ts';
import { fileOf } from '../locate/repro.ts';
import { parseCell } from '../plan/cell.ts';
import { mustKnow } from '../plan/nearest.ts';
import { findSuite } from '../suites.ts';
import { installVersion } from '../versions/install.ts';
import { mustBePublished, publishedVersions } from '../versions/registry.ts';
import { search } from '../versions/search.ts';
import { compareVersions, isRelease } from '../versions/semver.ts';
import { dependsOn, parseSpec, type Spec, specText } from '../versions/spec.ts';
import { type Attempt, type Bisected, type Fault, skipped, type Tried } from '../versions/tried.ts';
import { attemptNetwork, type ShownNetwork } from './bisect-network.ts';
import { openVisits, type Visits } from './bisect-visit.ts';
import { type BrowserChoice, NO_BROWSER } from './hosts.ts';
import { locateCase } from './locate-cell.ts';

/** Options of `bisectCell`. */
export type BisectOptions = {
  /** `PACKAGE@VERSION` without the fault; undefined to look for one. */
  readonly good: string | undefined;
  /** `PACKAGE@VERSION` with the fault; undefined for the installed version. */
  readonly bad: string | undefined;
  /** Whether pre-releases are searched too. */
  readonly dev: boolean;
  /** Least slowdown that counts, as a share of the good version's time. */
  readonly threshold: number;
  /** Custom models, as for `--model`. */
  readonly files: readonly string[];
  readonly browser: string | undefined;
  /** The folder in which a repro's folder is created. */
  readonly out: string;
  readonly lifetime: Lifetime;
  readonly log: (line: string) => void;
};

/** What is searched: the fault, how a version is tried, and what was written about it. */
type Subject = {
  readonly fault: Fault;
  readonly decidedBy: string;
  attempt(packages: PackageFolders): Promise<Attempt>;
  readonly repro: string | undefined;
};

/** A known defect and its backend, of `DEFECT:BACKEND`; undefined for a cell. */
function parseDefect(id: string) {
  const [name = '', backend = '', ...rest] = id.split(':');
  if (backend === '' || rest.length > 0) return undefined;
  const ids = DEFECTS.map((one) => one.id);
  const defect = DEFECTS.find((one) => one.id === mustKnow('defect', name, ids));
  if (defect === undefined || !defect.backends.includes(backend))
    throw new Error(`${name} is a known defect of ${defect?.backends.join(' and ')}: name one of them after the colon`);
  return { defect, backend };
}

function rowOf(id: string): BackendRow {
  const backend = parseDefect(id)?.backend ?? parseCell(id).backend;
  const row = findBackend(backend);
  if (row?.packages[0] === undefined) throw new Error(`${backend} runs no package that has versions`);
  return row;
}

/** The two ends of a search. Throws one line where they do not fit the backend or each other. */
function endsOf(row: BackendRow, options: BisectOptions): { name: string; good: string | undefined; bad: string } {
  const given = [options.good, options.bad].flatMap((text) => (text === undefined ? [] : [parseSpec(text)]));
  for (const spec of given)
    if (!dependsOn(row.packages, spec.name))
      throw new Error(`${row.id} does not depend on ${spec.name}: give a version of ${row.packages[0]}`);
  const [good, bad] = [options.good, options.bad].map((text) => text && parseSpec(text).version);
  const name = given[0]?.name ?? row.packages[0] ?? '';
  const head = bad || versionIn(OWN_PACKAGES, name);
  if (good === head) throw new Error(`${name}@${head} is both the good and the bad version: give two that differ`);
  if (good && compareVersions(good, head) > 0)
    throw new Error(`${name}@${good} is newer than ${head}: the good version must be the older one`);
  return { name, good: good || undefined, bad: head };
}

/** The versions from the good one (or the first) to the bad one, the oldest first. */
export function versionsBetween(
  published: readonly string[],
  { good, bad }: { readonly good: string | undefined; readonly bad: string },
  dev: boolean,
): string[] {
  return published.filter(
    (version) =>
      (dev || isRelease(version) || version === good || version === bad) &&
      compareVersions(version, bad) <= 0 &&
      (good === undefined || compareVersions(version, good) >= 0),
  );
}

/** A known defect: its smallest network, with seeded weights. */
async function defectSubject(id: string, row: BackendRow, browser: BrowserChoice): Promise<Subject | undefined> {
  const { defect } = parseDefect(id) ?? {};
  if (defect === undefined || row.format === undefined) return undefined;
  const { graph, size } = defect.smallest;
  const weights = seededWeights(graph, 0);
  const input = seededTensor(0, 1, graph.channels, size);
  const file = await exportOf(row.format, { graph, weights }, { batch: 1, size }, [graph.output]);
  const shown: ShownNetwork = { graph, weights, input, arithmetic: precisionOf(FULL_PRECISION).arithmetic, file };
  return networkSubject(shown, row, browser, undefined);
}

function networkSubject(
  shown: ShownNetwork,
  row: BackendRow,
  browser: BrowserChoice,
  repro: string | undefined,
): Subject {
  const ops = shown.graph.nodes.map(({ op }) => op).join(' → ');
  return {
    fault: 'wrong',
    decidedBy: `${ops} on [${shown.input.shape}]`,
    attempt: (packages) => attemptNetwork(shown, row, browser, packages),
    repro,
  };
}

/** A cell that is wrong: the smallest network that shows it, as `locate` finds it with the bad version. */
async function locatedSubject(
  id: string,
  row: BackendRow,
  browser: BrowserChoice,
  { packages, options }: { readonly packages: PackageFolders; readonly options: BisectOptions },
): Promise<Subject | undefined> {
  const { files, out, log, lifetime: outer } = options;
  const path = browser.found ? browser.path : undefined;
  const found = await locateCase(id, { files, browser: path, packages, out, lifetime: outer, log });
  const { located, lessExact, doubt, repro } = found;
  if (doubt !== undefined)
    throw new Error(`${id}: ${doubt.backend ?? 'our own reading of the file'} differs from the truth too: run locate`);
  if (located === undefined || lessExact || row.format === undefined) return undefined;
  const { graph, weights, input, arithmetic } = located.smallest;
  const file = await fileOf(located.smallest, row.format);
  return networkSubject({ graph, weights, input, arithmetic, file }, row, browser, repro?.path);
}

/** A cell that crashes with the bad version; undefined where it does not. */
async function crashSubject(id: string, visits: Visits, packages: PackageFolders): Promise<Subject | undefined> {
  const { answer } = await visits.crash(packages);
  if (answer !== 'bad') return undefined;
  return { fault: 'crash', decidedBy: `one visit of ${id}`, attempt: visits.crash, repro: undefined };
}

/** A cell whose times are compared with those of the good version. */
async function speedSubject(
  id: string,
  visits: Visits,
  { good: text, threshold, log }: BisectOptions,
): Promise<Subject> {
  if (text === undefined)
    throw new Error(`${id}: give --good PACKAGE@VERSION: a version is slower only than another one`);
  const good = await installVersion(parseSpec(text), log);
  return {
    fault: 'slower',
    decidedBy: `times by turns with ${text}`,
    attempt: async (packages) =>
      packages.key === good.key
        ? { answer: 'good', outcome: 'the good version', detail: '', implementation: undefined }
        : visits.slower(good, packages, threshold),
    repro: undefined,
  };
}

/** What to search for, found with the bad version. Undefined where the bad version shows nothing. */
async function subjectOf(
  id: string,
  row: BackendRow,
  browser: BrowserChoice,
  given: { readonly packages: PackageFolders; readonly options: BisectOptions },
): Promise<Subject | undefined> {
  if (parseDefect(id) !== undefined) return defectSubject(id, row, browser);
  const { options, packages } = given;
  const visits = await openVisits(id, options.files, browser, options.lifetime);
  if (findSuite(parseCell(id).suite)?.interval !== undefined) return speedSubject(id, visits, options);
  try {
    return await locatedSubject(id, row, browser, given);
  } catch (error) {
    const crash = await crashSubject(id, visits, packages);
    if (crash === undefined) throw new Error(`${id} cannot be tried with ${packages.key}: ${(error as Error).message}`);
    return crash;
  }
}

/**
 * Searches the published versions of a backend's package for the one in which a fault came. Throws one line on bad
 * input, and where the bad version shows no fault or does not run.
 */
export async function bisectCell(id: string, options: BisectOptions): Promise<Bisected> {
  const { log, browser: path } = options;
  const [began, loaded] = [performance.now(), loadavg()[0] ?? 0];
  const row = rowOf(id);
  const { name, good, bad } = endsOf(row, options);
  const published = await publishedVersions(name);
  for (const version of [good, bad]) if (version !== undefined) mustBePublished({ name, version }, published);
  const versions = versionsBetween(published, { good, bad }, options.dev);
  openScratch(options.lifetime);
  const browser = row.host === 'browser' ? await provisionBrowser({ path, log, install: true }) : NO_BROWSER;
  if (row.host === 'browser' && !browser.found) throw new Error(`${browser.reason}; ${browser.fix}`);
  const packages = await installVersion({ name, version: bad }, log);
  const subject = await subjectOf(id, row, browser, { packages, options });
  if (subject === undefined)
    throw new Error(`${id} is right with ${specText({ name, version: bad })}: nothing to search for`);
  const tried: Tried[] = [];
  const found = await search({ good: good === undefined ? undefined : 0, bad: versions.length - 1 }, async (index) => {
    const version = versions[index] ?? '';
    const start = performance.now();
    const attempt = await attemptVersion({ name, version }, subject, log);
    const seconds = (performance.now() - start) / 1000;
    tried.push({ ...attempt, version, seconds });
    log(`${specText({ name, version })}: ${attempt.outcome} (${seconds.toFixed(0)} s)`);
    return attempt.answer;
  });
  const { fault, decidedBy, repro } = subject;
  const seconds = (performance.now() - began) / 1000;
  const load: [number, number] = [loaded, loadavg()[0] ?? 0];
  return { subject: id, backend: row.id, name, fault, found, versions, tried, seconds, load, decidedBy, repro };
}

/** Installs a version and tries it. One that cannot be installed is skipped, with the reason. */
async function attemptVersion(spec: Spec, subject: Subject, log: (line: string) => void): Promise<Attempt> {
  let packages: PackageFolders;
  try {
    packages = await installVersion(spec, log);
  } catch (error) {
    return skipped('not installed', (error as Error).message);
  }
  return subject.attempt(packages);
}
