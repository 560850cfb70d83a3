import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import type { ModelFile } from '../reference/models/load.ts';
import { cacheFolder } from '../reference/weights/files.node.ts';
import type { BackendRow } from '../suites/backend.ts';
import { WEIGHTS_FILE } from '../suites/backends/graphmodel.ts';
import type { Cell } from '../suites/cell.ts';
import { referenceHash } from '../suites/hosts/artefacts.ts';
import { ROOT } from '../suites/hosts/bundle.ts';
import type { VisitOutcome } from '../suites/hosts/host.ts';
import { prepare } from '../suites/hosts/node.ts';
import { loadsOwn } from '../suites/network.ts';
import { ownModels, type Profile } from '../suites/profiles.ts';
import { type Outcome, outcomeSchema } from '../suites/record.ts';
import { findSuite, needsImages, usesImages } from '../suites/registry.ts';
import { type Group, judgeVisit } from '../suites/runner.ts';
import type { Visit } from '../suites/visit.ts';
import { type Folders, type GroupFiles, planFiles } from './files.ts';
import { type BrowserChoice, openHosts } from './hosts.ts';
import { type Found, findImages, findSources, type Images, predictionsOf, type Source } from './sources.ts';

/** Everything that visits need: hosts, exports, truths, images. */
export type Workshop = {
  /** Visits a group once and judges it. */
  visit(group: Group, round: number, onPhase: (phase: string) => void): Promise<Map<string, Outcome>>;
  close(): Promise<void>;
};

export type WorkshopOptions = {
  readonly groups: readonly Group[];
  readonly profile: Profile;
  readonly browser: BrowserChoice;
  /** Whether the user named this model, so that a missing checkpoint is an error. */
  readonly named: (model: string) => boolean;
  readonly log: (line: string) => void;
};

const here = <T extends object>(source: Source<T>): source is T => !('reason' in source);

/** Runs at most `width` of the tasks at a time. */
async function pool<T>(items: readonly T[], width: number, task: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Bytes of the model that is loaded, with what it refers to; 0 where there is none. */
function sizeOnDisk(format: BackendRow['format'], { model, external }: GroupFiles, { source }: Found): number {
  if (model === '') return 0;
  const exported = format === 'graph-model' && !loadsOwn(source, format);
  const more = exported ? [join(dirname(model), WEIGHTS_FILE)] : external.map(({ path }) => path);
  return [model, ...more].reduce((sum, file) => sum + statSync(file).size, 0);
}

/** Where a page finds the files of the models: each by itself, so that nothing beside it is served. */
const mountsOf = (sources: Iterable<Found>): { [url: string]: string } =>
  Object.fromEntries(
    [...sources].flatMap(({ source }, index) =>
      source.files.map(({ name, path }) => [posix.normalize(`/models/${index}/${name}`), path]),
    ),
  );

const patience = (cells: readonly Cell[]): number =>
  Math.max(...cells.map((cell) => findSuite(cell.suite)?.patience ?? 1));

/** An outcome that the run file can hold, or that it cannot. */
function checked(outcome: Outcome, phase: string): Outcome {
  const { success, error } = outcomeSchema.safeParse(outcome);
  if (success) return outcome;
  return {
    status: 'crash',
    reason: `the visit sent a malformed result: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`,
    phase,
  };
}

/** The phase in which a visit loads its runtime and readies the device. */
const STARTING = 'baseline';

/** One outcome for every cell of a group. */
const outcomesFor = ({ cells }: Group, outcome: Outcome): Map<string, Outcome> =>
  new Map(cells.map((cell) => [cell.suite, outcome]));

/** What came back from a host, as the outcome of each cell. */
function outcomesOf(group: Group, outcome: VisitOutcome): Map<string, Outcome> {
  const { phase } = outcome;
  if (outcome.kind === 'timeout') return outcomesFor(group, { status: 'timeout', seconds: outcome.seconds, phase });
  if (outcome.kind === 'crash') return outcomesFor(group, { status: 'crash', reason: outcome.reason, phase });
  const { reply } = outcome;
  if ('outputs' in reply) throw new Error('a probe answered a visit');
  if ('results' in reply) {
    const suites = group.cells.map((cell) => cell.suite);
    return new Map([...judgeVisit(group.row, suites, reply)].map(([suite, one]) => [suite, checked(one, phase)]));
  }
  const { error, fix } = reply;
  const [reason = 'no message'] = error.split('\n');
  return outcomesFor(
    group,
    fix === undefined ? { status: 'crash', reason, phase } : { status: 'unsupported', reason, fix },
  );
}

/** Finds checkpoints and images, makes exports and truths, and opens the hosts. Throws on damaged files. */
export async function openWorkshop({ groups, profile, browser, named, log }: WorkshopOptions): Promise<Workshop> {
  const folders: Folders = {
    exports: mkdtempSync(join(tmpdir(), 'resnet-bench-')),
    truths: join(cacheFolder(), 'truth'),
  };
  const remove = () => rmSync(folders.exports, { recursive: true, force: true });
  try {
    mkdirSync(folders.truths, { recursive: true });
    const models = [...new Set(groups.flatMap(({ cells }) => cells.map((cell) => cell.model)))];
    const sources = await findSources(models, ownModels(profile), named, log);
    const asked = groups.some(({ cells }) =>
      cells.some(({ suite, model }) => needsImages(suite) || (usesImages(suite) && predictionsOf(model) !== '')),
    );
    const images: Source<Images> = asked ? await findImages(false, log) : { path: '', name: '' };
    const ready = new Map([...sources].filter((pair): pair is [string, Found] => here(pair[1])));
    const { files, jobs } = await planFiles(groups, ready, folders, await referenceHash(join(ROOT, 'reference')));

    const mounts = {
      '/work/': folders.exports,
      '/truth/': folders.truths,
      ...mountsOf(ready.values()),
      ...(here(images) && asked ? { '/images/': dirname(images.path) } : {}),
    };
    const hosts = await openHosts(
      groups.map(({ row }) => row),
      browser,
      mounts,
      folders.exports,
    );
    await pool(jobs, availableParallelism(), async (job) => {
      const start = Date.now();
      await prepare(hosts.bundle, job);
      const seconds = ((Date.now() - start) / 1000).toFixed(0);
      log(`prepared ${job.model}: ${job.exports.length} exports, ${job.truths.length} truths, ${seconds} s`);
    });

    /** Why the group cannot run, before any host is asked. */
    const missing = ({ cells: [cell] }: Group): { reason: string; fix: string } | undefined => {
      const source = sources.get(cell?.model ?? '');
      if (source !== undefined && !here(source)) return source;
      return cell !== undefined && needsImages(cell.suite) && !here(images) ? images : undefined;
    };

    const visitOf = (
      { cells, row }: Group,
      round: number,
      made: GroupFiles,
      locate: (path: string) => string,
    ): Visit => {
      const { model: name, precision, batch, size, backend } = cells[0] as (typeof cells)[number];
      const found = ready.get(name);
      if (found === undefined) throw new Error(`${name}: its files were not found`);
      const located = (list: readonly ModelFile[]) => list.map((file) => ({ ...file, path: locate(file.path) }));
      return {
        backend,
        source: { ...found.source, files: located(found.source.files) },
        network: made.network,
        precision,
        batch,
        size,
        suites: cells.map((cell) => cell.suite),
        round,
        threads: availableParallelism(),
        budget: profile.visit * patience(cells) * 1000,
        warmup: profile.warmup,
        samples: profile.samples,
        sampling: profile.sampling * 1000,
        files: {
          model: locate(made.model),
          external: located(made.external),
          truth: locate(made.truth),
          images: here(images) ? locate(images.path) : '',
        },
        modelBytes: sizeOnDisk(row.format, made, found),
        dataset: here(images) ? images.name : '',
        predictions: predictionsOf(name),
      };
    };

    const unstarted = new Map<string, Outcome>();
    return {
      async visit(group, round, onPhase) {
        const file = files.get(group.key);
        const place = hosts.of(group.row);
        const why = missing(group) ?? ('reason' in place ? place : undefined);
        if (why !== undefined) return outcomesFor(group, { status: 'unsupported', reason: why.reason, fix: why.fix });
        if (file === undefined || 'reason' in place) throw new Error(`${group.key}: no files were prepared for it`);
        // A runtime that did not even start will not start for another model.
        const absent = unstarted.get(group.row.id);
        if (absent !== undefined) return outcomesFor(group, absent);
        const visit = visitOf(group, round, file, place.locate);
        const limit = Math.max(profile.limit, 2 * profile.visit * patience(group.cells));
        const outcome = await place.host.run(visit, group.row, limit * 1000, onPhase);
        const outcomes = outcomesOf(group, outcome);
        const [first] = outcomes.values();
        if (first?.status === 'unsupported' && outcome.phase === STARTING) unstarted.set(group.row.id, first);
        return outcomes;
      },
      async close() {
        await hosts.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
