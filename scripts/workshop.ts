import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../reference/weights/files.node.ts';
import type { BackendRow } from '../suites/backend.ts';
import { WEIGHTS_FILE } from '../suites/backends/graphmodel.ts';
import { referenceHash } from '../suites/hosts/artefacts.ts';
import { browserHost } from '../suites/hosts/browser.ts';
import { bundleChild, bundlePage, ROOT } from '../suites/hosts/bundle.ts';
import type { Host, VisitOutcome } from '../suites/hosts/host.ts';
import { nodeHost, prepare } from '../suites/hosts/node.ts';
import { serve } from '../suites/hosts/server.ts';
import type { Profile } from '../suites/profiles.ts';
import type { Outcome } from '../suites/record.ts';
import { type Group, judgeVisit } from '../suites/runner.ts';
import type { Visit } from '../suites/visit.ts';
import { type Folders, type GroupFiles, planFiles } from './files.ts';
import { softwareVulkan } from './software-vulkan.ts';
import { type Checkpoint, findCheckpoints, findImages, type Images, predictionsOf, type Source } from './sources.ts';

/** A browser to drive, or why there is none. */
export type BrowserChoice =
  | { readonly found: true; readonly path: string }
  | { readonly found: false; readonly reason: string; readonly fix: string };

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

/** The page's host and what turns paths into URLs for it. */
async function openPages(browser: BrowserChoice, mounts: { [prefix: string]: string }) {
  if (!browser.found) return undefined;
  const server = await serve({ ...mounts, '/bundle/': await bundlePage(), '/packages/': join(ROOT, 'node_modules') });
  const url = (path: string) => {
    const mount = Object.entries(mounts).find(([, folder]) => path.startsWith(`${folder}/`));
    return mount === undefined ? '' : mount[0] + path.slice(mount[1].length + 1);
  };
  return { host: browserHost(browser.path, server.origin), url, close: server.close };
}

/** Bytes of an exported model, its weight file included; 0 for backends that load none. */
function sizeOnDisk(format: BackendRow['format'], model: string): number {
  if (format === 'none') return 0;
  const files = format === 'graph-model' ? [model, join(dirname(model), WEIGHTS_FILE)] : [model];
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

/** What came back from a host, as the outcome of each cell. */
function outcomesOf(group: Group, outcome: VisitOutcome): Map<string, Outcome> {
  const suites = group.cells.map((cell) => cell.suite);
  const all = (one: Outcome) => new Map(suites.map((suite) => [suite, one]));
  if (outcome.kind === 'timeout') return all({ status: 'timeout', seconds: outcome.seconds, phase: outcome.phase });
  if (outcome.kind === 'crash') return all({ status: 'crash', reason: outcome.reason, phase: outcome.phase });
  const { reply, phase } = outcome;
  if ('results' in reply) return judgeVisit(group.row, suites, reply);
  const [line = 'no message'] = reply.error.split('\n');
  return all(
    reply.fix === undefined
      ? { status: 'crash', reason: line, phase }
      : { status: 'unsupported', reason: line, fix: reply.fix },
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
    const checkpoints = await findCheckpoints(models, named, log);
    const asked = groups.some(({ cells }) => cells.some((cell) => cell.suite === 'accuracy'));
    const images: Source<Images> = asked ? await findImages(false, log) : { path: '', name: '' };
    const ready = new Map([...checkpoints].filter((pair): pair is [string, Checkpoint] => here(pair[1])));
    const { files, jobs } = planFiles(groups, ready, folders, await referenceHash(join(ROOT, 'reference')));

    const bundle = await bundleChild();
    await pool(jobs, availableParallelism(), async (job) => {
      const start = Date.now();
      await prepare(bundle, job);
      log(
        `prepared ${job.model}: ${job.exports.length} exports, ${job.truths.length} truths, ${((Date.now() - start) / 1000).toFixed(0)} s`,
      );
    });

    const mounts = {
      '/work/': folders.exports,
      '/truth/': folders.truths,
      ...(here(images) && asked ? { '/images/': dirname(images.path) } : {}),
    };
    const pages = groups.some(({ row }) => row.host === 'browser') ? await openPages(browser, mounts) : undefined;
    const node = nodeHost(bundle, folders.exports, (row) =>
      row.id === 'ort-node/webgpu' ? softwareVulkan(browser.found ? browser.path : undefined) : {},
    );

    /** Why the group cannot run, before any host is asked. */
    const missing = (group: Group): { reason: string; fix: string } | undefined => {
      const [cell] = group.cells;
      const checkpoint = checkpoints.get(cell?.model ?? '');
      if (checkpoint !== undefined && !here(checkpoint)) return checkpoint;
      if (cell?.suite === 'accuracy' && !here(images)) return images;
      return group.row.host === 'browser' && !browser.found ? browser : undefined;
    };

    const visitOf = (
      { cells, row }: Group,
      round: number,
      { model, truth }: GroupFiles,
      locate: (path: string) => string,
    ): Visit => {
      const { model: name, precision, batch, size, backend } = cells[0] as (typeof cells)[number];
      return {
        backend,
        model: name,
        precision,
        batch,
        size,
        suites: cells.map((cell) => cell.suite),
        round,
        threads: availableParallelism(),
        budget: profile.visit * 1000,
        samples: profile.samples,
        sampling: profile.sampling * 1000,
        files: { model: locate(model), truth: locate(truth), images: here(images) ? locate(images.path) : '' },
        modelBytes: sizeOnDisk(row.format, model),
        dataset: here(images) ? images.name : '',
        predictions: predictionsOf(name),
      };
    };

    const hostOf = (group: Group): { host: Host; locate: (path: string) => string } =>
      group.row.host === 'browser' && pages !== undefined
        ? { host: pages.host, locate: pages.url }
        : { host: node, locate: (path) => path };

    return {
      async visit(group, round, onPhase) {
        const file = files.get(group.key);
        const why = missing(group);
        if (why !== undefined || file === undefined) {
          const { reason, fix } = why ?? { reason: 'no files were prepared for it', fix: 'report this' };
          return new Map(
            group.cells.map((cell): [string, Outcome] => [cell.suite, { status: 'unsupported', reason, fix }]),
          );
        }
        const { host, locate } = hostOf(group);
        return outcomesOf(
          group,
          await host.run(visitOf(group, round, file, locate), group.row, profile.limit * 1000, onPhase),
        );
      },
      async close() {
        await Promise.all([pages?.host.close(), pages?.close(), node.close()]);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
