import { resolve } from 'node:path';
import { splitModel } from '../../reference/models/load.ts';
import type { Lifetime } from '../hosts/lifetime.ts';
import { provisionBrowser } from '../hosts/provision/provision.ts';
import { openScratch } from '../hosts/scratch.ts';
import { checkModels } from '../plan/own.ts';
import type { Plan } from '../plan/plan.ts';
import { ownModels } from '../plan/profiles.ts';
import type { Header } from '../record/header.ts';
import { headerOf } from './header.ts';
import type { Variant } from './history.ts';
import { NO_BROWSER } from './hosts.ts';
import { machineMemory } from './memory.ts';
import { strayOutcomes } from './outcomes.ts';
import { predictFrom } from './predict.ts';
import { startRecording, type Target } from './recording.ts';
import { checkSame, nothingToDo, pastOf, type Resumed, WITHOUT_BROWSER } from './resume.ts';
import { openFolder } from './runfile.ts';
import { type Group, groupCells, type Progress, runGroups, type Schedule } from './runner.ts';
import { isPrecise, SETTLED_FROM } from './stop.ts';
import { watchStrays } from './strays.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

/** How a plan is run. */
export type RunSettings = {
  /** Decides the order of cells. */
  readonly seed: number;
  /** The folder that the run file goes into. */
  readonly out: string;
  /** A browser to drive; undefined to look for one, or to obtain one. */
  readonly browser: string | undefined;
  /** The words that ask for the plan, for the run file. */
  readonly command: readonly string[];
  /** The run that goes on, if any. */
  readonly resumed: Resumed | undefined;
  readonly log: (line: string) => void;
  /** Told each visit before it is made, and then each of its phases. */
  readonly onProgress: (progress: Progress) => void;
  readonly onPhase: (phase: string) => void;
  /** Ends the run early, with what was recorded. */
  readonly signal: AbortSignal;
  /** What the run opens is undone when this ends. */
  readonly lifetime: Lifetime;
};

/** What came of a run. */
export type Done = {
  /** The run file; two of them, each a run by itself, where cells took turns; none where nothing was measured. */
  readonly paths: readonly string[];
  /** Whether the signal ended it before it was done. */
  readonly interrupted: boolean;
};

/** A run that is ready to measure. */
type Prepared = {
  readonly groups: readonly Group[];
  readonly schedule: Schedule;
  readonly header: Header;
  readonly target: Target;
  readonly workshop: Workshop;
};

/** The groups of a plan. One's own models cost what their files weigh: about four bytes a weight. */
function groupsOf({ cells, isLarge, profile }: Plan): Group[] {
  const weights = new Map(
    ownModels(profile).map(({ id, files }) => [id, files.reduce((sum, { bytes }) => sum + bytes / 4, 0)]),
  );
  return groupCells(cells, isLarge).map((group) => {
    const [cell] = group.cells;
    const count = weights.get(cell?.model ?? '');
    return { ...group, cost: count === undefined ? group.cost : count * (cell?.batch ?? 1) };
  });
}

function scheduleOf({ profile, ask: { within, aa } }: Plan, groups: readonly Group[], options: RunSettings): Schedule {
  const { seed, resumed } = options;
  const fresh: readonly Variant[] = aa ? ['a', 'b'] : ['a'];
  const { past, budget } = pastOf(resumed, profile.budgetSeconds);
  return {
    rounds: profile.rounds,
    seed,
    repeat: profile.repeatSeconds,
    largest: profile.visitSeconds * 2,
    variants: resumed === undefined ? fresh : [...resumed.parts.keys()],
    past,
    budget,
    // Without a latency there is no precision to wait for.
    settled: (times, round) =>
      within !== undefined && (times.length === 0 ? round >= SETTLED_FROM : isPrecise(times, within)),
    now: () => performance.now(),
    predict: predictFrom(groups),
  };
}

/** Whether a model was named, so that a missing checkpoint is an error. */
const isNamed =
  ({ queries }: Plan) =>
  (model: string): boolean =>
    queries.some((query) => query.model.includes(model) || query.model.includes(splitModel(model).arch));

/**
 * Checks the plan, finds a browser where one is needed, makes the files and opens the hosts. Resolves with undefined where
 * a run that goes on has nothing left to do. Throws one line on bad input, and where a run cannot go on here.
 */
async function prepare(plan: Plan, options: RunSettings): Promise<Prepared | undefined> {
  const { cells, profile } = plan;
  const { resumed, log, lifetime, signal } = options;
  const asked = { profile, seed: options.seed, within: plan.ask.within, command: options.command };
  const refused = await checkModels(cells, ownModels(profile), machineMemory());
  const groups = groupsOf(plan);
  const started = new Date();
  // No program is started for a run that cannot go on here.
  if (resumed !== undefined) checkSame(resumed, headerOf(asked, cells, null, started), WITHOUT_BROWSER);
  signal.throwIfAborted();
  const scratch = openScratch(lifetime);
  const { browser: path } = options;
  const browser = groups.some(({ row }) => row.host === 'browser')
    ? await provisionBrowser({ path, log, install: true })
    : undefined;
  signal.throwIfAborted();
  const header = headerOf(asked, cells, browser?.found ? browser : null, started);
  if (resumed !== undefined) checkSame(resumed, header, []);
  const schedule = scheduleOf(plan, groups, options);
  const target: Target =
    resumed === undefined ? { folder: openFolder(resolve(options.out)), resumed } : { folder: undefined, resumed };
  lifetime.defer(() => target.folder?.removeEmpty());
  const nothing = resumed && nothingToDo(groups, schedule);
  if (nothing !== undefined) {
    log(nothing);
    return undefined;
  }
  const workshop = await openWorkshop({
    groups,
    profile,
    browser: browser ?? NO_BROWSER,
    named: isNamed(plan),
    refused,
    log,
    scratch,
    lifetime,
  });
  return { groups, schedule, header, target, workshop };
}

const ABORTED = 'aborted';

/** Resolves once the signal aborts; the lifetime's end takes the listener off again. */
function whenAborted(signal: AbortSignal, lifetime: Lifetime): Promise<typeof ABORTED> {
  return new Promise((resolve) => {
    const tell = () => resolve(ABORTED);
    if (signal.aborted) tell();
    signal.addEventListener('abort', tell);
    lifetime.defer(() => signal.removeEventListener('abort', tell));
  });
}

/**
 * Runs a plan until it is done, or its signal ends it early. Appends each record to the run file as it is made. What is
 * opened stays open until the lifetime ends. Throws one line on bad input, before anything is run or written.
 */
export async function runPlan(plan: Plan, options: RunSettings): Promise<Done> {
  const { signal, lifetime, resumed, log } = options;
  const strays = watchStrays(lifetime, log);
  const aborted = whenAborted(signal, lifetime);
  const preparing = prepare(plan, options);
  // Once it was aborted nobody waits for it.
  preparing.catch(() => {});
  const prepared = await Promise.race([preparing, aborted, strays.outside]);
  if (prepared === ABORTED) return { paths: [], interrupted: true };
  if (prepared === undefined)
    return { paths: [...(resumed?.parts.values() ?? [])].map(({ path }) => path), interrupted: false };
  const { groups, schedule, header, target, workshop } = prepared;
  const recording = startRecording(target, schedule.variants, header, schedule.budget);
  let over = false;
  const visit = async (group: Group, round: number) => {
    const visiting = workshop.visit(group, round, options.onPhase);
    const outcomes = await strays.during(visiting, (error) => strayOutcomes(group, error));
    // What was cut off is no outcome.
    return over ? new Promise<never>(() => {}) : outcomes;
  };
  const measuring = runGroups(groups, schedule, visit, recording.append, options.onProgress);
  measuring.catch(() => {});
  try {
    const ended = await Promise.race([measuring, aborted]);
    over = true;
    recording.end();
    return { paths: recording.paths, interrupted: ended === ABORTED };
  } finally {
    over = true;
    recording.close();
    await workshop.close();
  }
}
