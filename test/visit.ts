import { splitModel } from '../reference/models/load.ts';
import { foldGraph } from '../reference/passes/fold-batch-norm.ts';
import type { BackendRow } from '../suites/backend.ts';
import { describe } from '../suites/network.ts';
import type { Outcome, Placement } from '../suites/record.ts';
import type { Result, ResultOf } from '../suites/result.ts';
import type { Visit } from '../suites/visit.ts';
import { graphOf } from './reference/graphs.ts';

/** A visit of a seeded model with one image, as a run sends it: folded where the backend loads an export. */
export function visitOf(model: string, row: BackendRow, size: number, more: Partial<Visit>): Visit {
  const graph = graphOf(splitModel(model).arch);
  return {
    ...{ backend: row.id, source: { format: 'architecture', model, files: [] }, precision: 'fp32', batch: 1, size },
    network: describe(row.format === 'none' ? graph : foldGraph(graph).graph, new Map(), 1, size),
    ...{ suites: [], round: 0, threads: 1, budget: 60_000, warmup: 4, samples: 0, sampling: 0 },
    files: { model: '', external: [], truth: '', images: '' },
    ...{ modelBytes: 0, dataset: '', predictions: '' },
    ...more,
  };
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
