import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { splitModel } from '../reference/models/load.ts';
import { foldGraph } from '../reference/passes/fold-batch-norm.ts';
import { findBackend } from '../suites/backends/backends.ts';
import type { BackendModule, BackendRow, Tools } from '../suites/contract/backend.ts';
import type { HostFacts, VisitJob } from '../suites/contract/job.ts';
import { describe } from '../suites/contract/network.ts';
import type { LoadedModel, Visit, VisitResult } from '../suites/contract/visit.ts';
import type { Job } from '../suites/engine/artefacts.ts';
import { completed } from '../suites/engine/judge.ts';
import type { Group } from '../suites/engine/runner.ts';
import type { Workshop } from '../suites/engine/workshop.ts';
import { answer } from '../suites/hosts/reply.ts';
import type { Placement } from '../suites/record/placement.ts';
import type { Outcome } from '../suites/record/record.ts';
import { ALWAYS, type Result, type ResultOf } from '../suites/suites.ts';
import { needBrowser } from './browser.ts';
import { graphOf } from './reference/graphs.ts';

/** A visit of a seeded model with one image, as a run sends it: folded where the backend loads an export. */
export function visitOf(model: string, row: BackendRow, size: number, more: Partial<Visit>): Visit {
  const graph = graphOf(splitModel(model).arch);
  return {
    ...{ source: { format: 'architecture', model, files: [] }, precision: 'fp32', form: 'folded', batch: 1, size },
    network: describe(row.format === undefined ? graph : foldGraph(graph).graph, new Map(), 1, size),
    ...{ suites: [], always: ALWAYS, round: 0, rounds: 2, threads: 1 },
    ...{ budgetMs: 60_000, limitMs: 120_000, warmup: 4, samples: 0, samplingMs: 0 },
    ...more,
  };
}

/** The same as the job that a host is sent. */
export const jobOf = (model: string, row: BackendRow, size: number, more: Partial<Visit>): VisitJob => {
  return { kind: 'visit', row, visit: visitOf(model, row, size, more) };
};

/** A model of one file. */
export const loaded = (path: string): LoadedModel => ({ path, external: [], bytes: 0 });

/** Files of resnet20 at 32×32 in a folder, in both formats, and what makes them. */
export function smallJob(folder: string): { onnx: string; graph: string; truth: string; job: Job } {
  const [onnx, graph] = [join(folder, 'model.onnx'), join(folder, 'tf', 'model.json')];
  const truth = join(folder, 'truth.bin');
  const [model, shape] = ['resnet20.seed0', { precision: 'fp32', form: 'folded', batch: 1, size: 32 }];
  const job: Job = {
    model,
    source: { format: 'architecture', model, files: [] },
    exports: [
      { path: onnx, format: 'onnx', ...shape },
      { path: graph, format: 'graph-model', ...shape },
    ],
    truths: [{ path: truth, precision: 'fp32', batch: 1, size: 32 }],
  };
  return { onnx, graph, truth, job };
}

/** The result and placement of a suite that must be ok. */
export function passed<S extends Result['suite']>(
  outcomes: ReadonlyMap<string, Outcome>,
  suite: S,
): { result: ResultOf<S>; placement: Placement } {
  const outcome = outcomes.get(suite);
  if (outcome?.status !== 'ok' || outcome.result.suite !== suite)
    throw new Error(`${suite}: ${JSON.stringify(outcome)}`);
  return { result: outcome.result as ResultOf<S>, placement: outcome.placement };
}

/** The facts of a host that read no memory. */
const NOTHING: HostFacts = {
  processes: [{ role: 'process', baseline: null, opened: null, steady: null, closed: null, peak: null }],
  cycles: [],
  secondPage: null,
};

/** Runs a visit in this process; rejects where it throws. */
export async function execute(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<Result>> {
  const { placement, results } = await answer({ kind: 'visit', row, visit }, module, tools);
  return { placement, results: completed(results, NOTHING).results };
}

/** The row of a made-up backend. */
export const MADE_UP: BackendRow = {
  ...{ id: 'made-up', host: 'node', device: 'cpu', module: '', variant: '', packages: [] },
};

/** Tools that read and report nothing, except what a test provides. */
export const toolsOf = (more: Partial<Tools>): Tools => ({
  now: () => performance.now(),
  phase: async () => {},
  read: async () => new Uint8Array(0),
  gpu: () => null,
  observed: () => null,
  adapter: async () => null,
  capture: async (action) => ({ value: await action(), log: '' }),
  ...more,
});

/** Visits the group of a backend once; skips the test where it needs a browser and there is none. */
export async function visitIn(
  workshop: Workshop,
  groups: readonly Group[],
  backend: string,
  context: TestContext,
): Promise<Map<string, Outcome>> {
  if (findBackend(backend)?.host === 'browser') needBrowser(context);
  const group = groups.find(({ row }) => row.id === backend);
  if (group === undefined) throw new Error(`no group of ${backend}`);
  return workshop.visit(group, 0, () => {});
}
