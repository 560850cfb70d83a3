import { mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { splitModel } from '../../reference/models/load.ts';
import type { Lifetime } from '../hosts/lifetime.ts';
import { openScratch } from '../hosts/scratch.ts';
import type { Cell } from '../plan/cell.ts';
import { checkModels } from '../plan/own.ts';
import { cellsOn, type Plan } from '../plan/plan.ts';
import { ownModels } from '../plan/profiles.ts';
import type { Header } from '../record/header.ts';
import { backendRows, softwareAdapters, softwareIn, softwareText } from './adapters.ts';
import { openControl } from './control.ts';
import type { Variant } from './history.ts';
import { NO_BROWSER } from './hosts.ts';
import { machineMemory } from './machine-memory.ts';
import { strayOutcomes } from './outcomes.ts';
import { predictFrom } from './predict.ts';
import { startRecording, type Target } from './recording.ts';
import { checkSame, checkVariant, nothingToDo, pastOf, plannedBy, type Resumed, UNKNOWN_YET } from './resume.ts';
import { headerOf } from './run-header.ts';
import { openFolder } from './runfile.ts';
import { type Group, groupCells, type Progress, runGroups, type Schedule } from './runner.ts';
import { asRun, inForm, mustHaveForm, openOnce, type Side, sidesOf } from './sides.ts';
import { roundsLeft } from './stop.ts';
import { watchStrays } from './strays.ts';
import { visitClock } from './visit-clock.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

/** How a plan is run. */
export type RunSettings = {
  /** Seed of the random order of cells. */
  readonly seed: number;
  /** The folder for the run file. */
  readonly out: string;
  /** A browser to drive; undefined to find or provision one. */
  readonly browser: string | undefined;
  /** The command that requests the plan, recorded in the run file. */
  readonly command: readonly string[];
  /** The run to resume, if any. */
  readonly resumed: Resumed | undefined;
  readonly log: (line: string) => void;
  /** `onProgress` is called before each visit, `onPhase` at each of its phases. */
  readonly onProgress: (progress: Progress) => void;
  readonly onPhase: (phase: string) => void;
  /** Ends the run early. What was recorded stays. */
  readonly signal: AbortSignal;
  /** Everything that the run opens closes when this ends. */
  readonly lifetime: Lifetime;
};

/** The result of a run. */
export type Done = {
  /** The run file. Two for an A/A run, each a run of its own; none where nothing was measured. */
  readonly paths: readonly string[];
  /** Whether the signal ended it early. */
  readonly interrupted: boolean;
};

/** A run that is ready to measure. */
type Prepared = {
  readonly groups: readonly Group[];
  readonly schedule: Schedule;
  readonly target: Target;
  /** The header and the visits of each interleaved version. */
  readonly headers: ReadonlyMap<Variant, Header>;
  readonly workshops: ReadonlyMap<Variant, Workshop>;
};

/** The groups of a plan. The cost of a custom model is estimated from its files: about four bytes per weight. */
function groupsOf({ profile }: Plan, cells: readonly Cell[]): Group[] {
  const weights = new Map(
    ownModels(profile).map(({ id, files }) => [id, files.reduce((sum, { bytes }) => sum + bytes / 4, 0)]),
  );
  return groupCells(cells).map((group) => {
    const [cell] = group.cells;
    const count = weights.get(cell?.model ?? '');
    if (count === undefined || cell === undefined) return group;
    return { ...group, cost: count * cell.batch * cell.size ** 2 };
  });
}

/** The interleaved versions of a run. */
function variantsOf({ ask: { aa, ab } }: Plan, resumed: Resumed | undefined): readonly Variant[] {
  if (resumed !== undefined) return [...resumed.files.keys()];
  return aa || ab !== undefined ? ['a', 'b'] : ['a'];
}

function scheduleOf(plan: Plan, groups: readonly Group[], options: RunSettings): Schedule {
  const { profile } = plan;
  const { seed, resumed } = options;
  const { past, budgetSeconds } = pastOf(resumed, profile.budgetSeconds);
  const { within } = profile;
  return {
    rounds: profile.rounds,
    evenRounds: profile.evenRounds,
    seed,
    repeatSeconds: profile.repeatSeconds,
    variants: variantsOf(plan, resumed),
    past,
    budgetSeconds,
    left:
      within === undefined
        ? undefined
        : (times, { row }) =>
            // Without a request, nobody asks for the time of a backend that tests the harness.
            row.gauges !== undefined && plan.ask.within === undefined ? 0 : roundsLeft(times, within),
    now: () => performance.now(),
    predict: predictFrom(groups),
  };
}

/** Whether the user named a model, so that a missing checkpoint is an error. */
const isNamed =
  ({ queries }: Plan) =>
  (model: string): boolean =>
    queries.some((query) => query.model.includes(model) || query.model.includes(splitModel(model).arch));

/**
 * Checks the plan, finds a browser where one is needed, makes the files and opens the hosts. Resolves with undefined
 * where a resumed run has nothing left to do. Throws one line on bad input, and where a run cannot be resumed here.
 */
async function prepare(plan: Plan, options: RunSettings): Promise<Prepared | undefined> {
  const { profile } = plan;
  const { resumed, log, lifetime, signal } = options;
  const asked = { profile, seed: options.seed, command: options.command };
  const refused = await checkModels(plan.cells, ownModels(profile), machineMemory());
  const started = new Date();
  // Checked before any program is started.
  if (resumed !== undefined) {
    const { cells, part } = cellsOn(plan, softwareIn(plan.part?.whole ?? plan.cells, plannedBy(resumed)));
    checkSame(resumed, headerOf({ ...asked, part }, cells, null, started), UNKNOWN_YET);
  }
  signal.throwIfAborted();
  const scratch = openScratch(lifetime);
  const rows = backendRows(plan.cells);
  const { browser: chosen } = options;
  const sides = await sidesOf({ ab: plan.ask.ab, variants: variantsOf(plan, resumed), rows, browser: chosen, log });
  signal.throwIfAborted();
  const [{ browser } = { browser: NO_BROWSER }] = sides.values();
  const software = await softwareAdapters(rows, browser, { logs: scratch, outer: lifetime });
  signal.throwIfAborted();
  const { cells, part } = cellsOn(plan, new Set(software.keys()));
  for (const line of softwareText(software, plan.cells, cells)) log(line);
  const groups = groupsOf(plan, cells);
  for (const { form } of sides.values()) mustHaveForm(groups, form);
  const schedule = scheduleOf(plan, groups, options);
  const headerFor = (side: Side) =>
    asRun(headerOf({ ...asked, part }, cells, side.browser.found ? side.browser : null, started), side);
  for (const [variant, side] of sides) if (resumed !== undefined) checkVariant(resumed, variant, headerFor(side));
  const target: Target =
    resumed === undefined ? { folder: openFolder(resolve(options.out)), resumed } : { folder: undefined, resumed };
  lifetime.defer(() => target.folder?.removeEmpty());
  const nothing = resumed && nothingToDo(groups, schedule);
  if (nothing !== undefined) {
    log(nothing);
    return undefined;
  }
  const given = { profile, named: isNamed(plan), shard: plan.shard, past: schedule.past, refused, log, lifetime };
  const workshops = await openOnce(sides, ({ browser, packages, form }) =>
    openWorkshop({
      ...{ ...given, browser, packages, groups: groups.map((group) => inForm(group, form)) },
      scratch: mkdtempSync(join(scratch, 'side-')),
    }),
  );
  const headers = [...sides].map(([variant, side]): [Variant, Header] => {
    const covered = workshops.get(variant)?.covered ?? [];
    return [variant, { ...headerFor(side), ...(covered.length > 0 ? { coverage: [...covered] } : {}) }];
  });
  return { groups, schedule, target, headers: new Map(headers), workshops };
}

const ABORTED = 'aborted';

/** Resolves once the signal aborts. The listener is removed when the lifetime ends. */
function whenAborted(signal: AbortSignal, lifetime: Lifetime): Promise<typeof ABORTED> {
  return new Promise((resolve) => {
    const tell = () => resolve(ABORTED);
    if (signal.aborted) tell();
    signal.addEventListener('abort', tell);
    lifetime.defer(() => signal.removeEventListener('abort', tell));
  });
}

/**
 * Runs a plan until it is done or its signal ends it early. Appends each record to the run file as it is made. Hosts
 * stay open until the lifetime ends. Throws one line on bad input, before anything is run or written.
 */
export async function runPlan(plan: Plan, options: RunSettings): Promise<Done> {
  const { signal, lifetime, resumed, log } = options;
  const strays = watchStrays(lifetime, log);
  const aborted = whenAborted(signal, lifetime);
  const preparing = prepare(plan, options);
  // After an abort nobody awaits it: its rejection must not be unhandled.
  preparing.catch(() => {});
  const prepared = await Promise.race([preparing, aborted, strays.outside]);
  if (prepared === ABORTED) return { paths: [], interrupted: true };
  if (prepared === undefined)
    return { paths: [...(resumed?.files.values() ?? [])].map(({ path }) => path), interrupted: false };
  const { groups, schedule, headers, target, workshops } = prepared;
  const recording = startRecording(target, headers, schedule.budgetSeconds);
  let over = false;
  const now = () => performance.now();
  const control = openControl(now);
  const clock = visitClock(now, () => new Date());
  const visit = async (group: Group, round: number, variant: Variant) => {
    const workshop = workshops.get(variant);
    if (workshop === undefined) throw new Error(`nothing was prepared for ${variant}`);
    control.take();
    clock.begin();
    const onPhase = (phase: string) => {
      clock.phase(phase);
      options.onPhase(phase);
    };
    const visiting = workshop.visit(inForm(group, headers.get(variant)?.form), round, onPhase, {
      earlier: resumed?.files.get(variant)?.run.parts ?? [],
      // A part that comes after the end has no place in the file.
      record: (part) => over || recording.append(part, variant),
    });
    const outcomes = await strays.during(visiting, (error) => strayOutcomes(group, error));
    clock.end();
    // A visit that the signal cut off has no outcome.
    return over ? new Promise<never>(() => {}) : outcomes;
  };
  const measuring = runGroups(groups, schedule, {
    visit,
    append: (record, variant) => recording.append(clock.stamp(record), variant),
    tell: options.onProgress,
  });
  measuring.catch(() => {});
  try {
    const ended = await Promise.race([measuring, aborted]);
    over = true;
    recording.end(control.times);
    return { paths: recording.paths, interrupted: ended === ABORTED };
  } finally {
    over = true;
    recording.close();
    for (const workshop of new Set(workshops.values())) await workshop.close();
  }
}
