import { availableParallelism } from 'node:os';
import { basename, join, posix } from 'node:path';
import type { ModelFile } from '../../reference/models/load.ts';
import { sweepParts } from '../../reference/write.node.ts';
import type { Visit } from '../contract/visit.ts';
import { OWN_PACKAGES, type PackageFolders, ROOT } from '../hosts/bundle.ts';
import { type Lifetime, lifetime } from '../hosts/lifetime.ts';
import { openScratch, workFolder } from '../hosts/scratch.ts';
import type { Cell } from '../plan/cell.ts';
import { ownModels, type Profile } from '../plan/profiles.ts';
import type { Shard } from '../plan/shard.ts';
import type { Covered } from '../record/coverage.ts';
import type { Outcome } from '../record/record.ts';
import { ALWAYS, findSuite, needsImages } from '../suites.ts';
import { referenceHash } from './artefacts.ts';
import { coveredBy, gapsOf } from './coverage.ts';
import { drawingGroups, locatedImages } from './drawn-images.ts';
import { earlierAnswers } from './earlier-answers.ts';
import { explained, started } from './explaining.ts';
import { type Folders, type GroupFiles, planFiles, sizeOnDisk, truthFolder } from './files.ts';
import type { PastVisit } from './history.ts';
import { type BrowserChoice, openHosts } from './hosts.ts';
import { type KeptParts, visitImages } from './image-visits.ts';
import { findImages, headsOf, scoredModels } from './images.ts';
import type { TooLarge } from './machine-memory.ts';
import { outcomesFor, outcomesOf, withDefects } from './outcomes.ts';
import { prepareAll, shapeKey } from './preparing.ts';
import type { Group } from './runner.ts';
import { type Found, findSources, here } from './sources.ts';

/** Everything that visits need: hosts, exports, truths, images. */
export type Workshop = {
  /** Visits a group once and judges it. */
  visit(
    group: Group,
    round: number,
    onPhase: (phase: string) => void,
    parts?: KeptParts,
  ): Promise<Map<string, Outcome>>;
  /** The share of each network's channels that its inputs reach. */
  readonly covered: readonly Covered[];
  close(): Promise<void>;
};

export type WorkshopOptions = {
  readonly groups: readonly Group[];
  readonly profile: Profile;
  readonly browser: BrowserChoice;
  /** The runtimes that run. */
  readonly packages: PackageFolders;
  /** Whether the user named this model, so that a missing checkpoint is an error. */
  readonly named: (model: string) => boolean;
  /** The part of the images to classify; undefined for all. */
  readonly shard: Shard | undefined;
  /** Visits of earlier parts of the run. */
  readonly past: readonly PastVisit[];
  /** Models at a batch and size that do not fit into memory: nothing is prepared for them. */
  readonly refused: ReadonlyMap<string, TooLarge>;
  readonly log: (line: string) => void;
  /** The folder for this run's temporary files. */
  readonly scratch: string;
  /** Everything that the workshop opens closes when this ends. */
  readonly lifetime: Lifetime;
};

/**
 * URLs of custom models' files for pages. Each file is mounted alone, so that no other file of its folder is served.
 */
const mountsOf = (sources: Iterable<Found>): { [url: string]: string } =>
  Object.fromEntries(
    [...sources].flatMap(({ source }, index) =>
      source.files.map(({ name, path }) => [posix.normalize(`/models/${index}/${name}`), path]),
    ),
  );

/** How much longer than the profile's a visit may take. */
const timeoutFactor = (cells: readonly Cell[]): number =>
  Math.max(...cells.map((cell) => findSuite(cell.suite)?.timeoutFactor ?? 1));

/** The phase in which a visit loads its runtime and initialises the device. */
const STARTING = 'baseline';

/**
 * Finds checkpoints and images, makes exports and truths, and opens the hosts. Where a model's files cannot be made,
 * only its own cells crash. Throws on damaged files.
 */
export async function openWorkshop(options: WorkshopOptions): Promise<Workshop> {
  const own = lifetime();
  options.lifetime.defer(own.end);
  try {
    return { ...(await prepareVisits(options, own)), close: own.end };
  } catch (error) {
    await own.end();
    throw error;
  }
}

/** Of a workshop for a tool: no model is left out, a missing one is an error, and nothing is logged. */
export const QUIET = { named: () => true, shard: undefined, past: [], refused: new Map(), log: () => {} } as const;

/**
 * Opens a quiet workshop (see QUIET) for a tool or a test, with its own folder for temporary files, which is deleted when
 * it closes.
 */
export async function openQuietWorkshop(
  groups: readonly Group[],
  profile: Profile,
  browser: BrowserChoice,
  outer: Lifetime,
): Promise<Workshop> {
  const own = lifetime();
  outer.defer(own.end);
  const { visit, covered } = await openWorkshop({
    groups,
    profile,
    browser,
    packages: OWN_PACKAGES,
    ...QUIET,
    scratch: openScratch(own),
    lifetime: own,
  });
  return { visit, covered, close: own.end };
}

async function prepareVisits(
  { groups, profile, browser, packages, named, shard, past, refused, log, scratch }: WorkshopOptions,
  own: Lifetime,
): Promise<Pick<Workshop, 'visit' | 'covered'>> {
  const folders: Folders = { exports: workFolder(scratch), truths: truthFolder() };
  // Removes incomplete files of children that died, once all children have ended.
  own.defer(() => sweepParts(folders.truths));
  const models = [...new Set(groups.flatMap(({ cells }) => cells.map((cell) => cell.model)))];
  const sources = await findSources(models, ownModels(profile), named, log);
  const ready = new Map([...sources].filter((pair): pair is [string, Found] => here(pair[1])));
  const possible = groups.filter(({ cells: [cell] }) => cell !== undefined && !refused.has(shapeKey(cell)));
  const { files, jobs } = await planFiles(possible, ready, folders, await referenceHash(join(ROOT, 'reference')));
  const { data } = profile;
  const wanted = scoredModels(
    groups.flatMap(({ cells }) => cells),
    data,
  );
  const images = await findImages({ models: wanted, own: headsOf(possible, files), data, log });
  own.defer(images.release);

  const truths = [...files.values()].flatMap(({ truth }) => truth ?? []);
  const mounts = {
    '/work/': folders.exports,
    ...Object.fromEntries(truths.map((truth) => [`/truth/${basename(truth)}`, truth])),
    ...mountsOf(ready.values()),
    ...images.mounts,
  };
  const rows = groups.map(({ row }) => row);
  const hosts = await openHosts(rows, browser, { mounts, logs: scratch, packages }, own);
  const say = (line: string) => own.hasEnded() || log(line);
  const failures = await prepareAll(jobs, availableParallelism(), hosts.prepare, say);
  const covered = await coveredBy(jobs);
  for (const line of gapsOf(covered)) say(line);

  /** The outcome of a group that cannot run, known before any host is used; undefined where it can. */
  const known = ({ cells: [cell] }: Group): Outcome | undefined => {
    if (cell === undefined) return undefined;
    const { model, suite } = cell;
    const source = sources.get(model);
    const labelled = images.of(model);
    const noImages = needsImages(suite) && labelled !== undefined && !here(labelled) ? labelled : undefined;
    const missing = source !== undefined && !here(source) ? source : (refused.get(shapeKey(cell)) ?? noImages);
    if (missing !== undefined) return { status: 'unsupported', reason: missing.reason, fix: missing.fix };
    const reason = failures.get(shapeKey(cell));
    return reason === undefined ? undefined : { status: 'crash', reason, phase: 'prepare' };
  };

  /** Seconds after which a visit is ended. */
  const limitOf = (cells: Group['cells']): number =>
    Math.max(profile.limitSeconds, 2 * profile.visitSeconds * timeoutFactor(cells));

  const visitOf = ({ key, cells }: Group, round: number, made: GroupFiles, locate: (path: string) => string): Visit => {
    const { model: name, precision, form, batch, size } = cells[0] as (typeof cells)[number];
    const found = ready.get(name);
    if (found === undefined) throw new Error(`${name}: its files were not found`);
    const [labelled, earlier] = [images.of(name), answers.of({ cells })];
    const located = (list: readonly ModelFile[]) => list.map((file) => ({ ...file, path: locate(file.path) }));
    return {
      source: { ...found.source, files: located(found.source.files) },
      network: made.network,
      precision,
      form,
      batch,
      size,
      suites: cells.map((cell) => cell.suite),
      always: ALWAYS,
      round,
      rounds: profile.rounds,
      threads: availableParallelism(),
      budgetMs: profile.visitSeconds * timeoutFactor(cells) * 1000,
      limitMs: limitOf(cells) * 1000,
      warmup: profile.warmup,
      samples: profile.samples,
      samplingMs: profile.samplingSeconds * 1000,
      model:
        made.model === undefined
          ? undefined
          : {
              path: locate(made.model.path),
              external: located(made.model.external),
              bytes: sizeOnDisk(made.model),
            },
      truth: made.truth === undefined ? undefined : locate(made.truth),
      images:
        labelled && here(labelled)
          ? { ...locatedImages(labelled, locate, draws.has(key)), part: shard, earlier }
          : undefined,
    };
  };

  const [answers, draws] = [earlierAnswers(groups, past), drawingGroups(groups)];
  const unstarted = new Map<string, Outcome>();
  const visit: Workshop['visit'] = async (group, round, onPhase, parts) => {
    const file = files.get(group.key);
    const place = hosts.of(group.row);
    const early = known(group);
    if (early !== undefined) return outcomesFor(group, early);
    if ('reason' in place) return outcomesFor(group, { status: 'unsupported', reason: place.reason, fix: place.fix });
    if (file === undefined) throw new Error(`${group.key}: no files were prepared for it`);
    // A runtime that did not start will not start for another model.
    const absent = unstarted.get(group.row.id);
    if (absent !== undefined) return outcomesFor(group, absent);
    const made = visitOf(group, round, file, place.locate);
    const run = started((visit) =>
      visitImages({ ...group, round, source: images, parts, say }, visit, (one, onPart) =>
        place.host.run({ kind: 'visit', row: group.row, visit: one }, one.limitMs, onPhase, onPart),
      ),
    );
    const outcome = await run(made);
    const judged = withDefects(outcomesOf(group, outcome), file.defects);
    const outcomes = await explained(judged, made, { resized: images.resizedOf(group), run, log: say });
    answers.keep(group, outcomes);
    const [first] = outcomes.values();
    if (first?.status === 'unsupported' && outcome.phase === STARTING) unstarted.set(group.row.id, first);
    return outcomes;
  };
  return { visit, covered };
}
