import { type BackendModule, type BackendRow, type Tools, unsupportedFix } from '../contract/backend.ts';
import type { Run } from '../contract/run.ts';
import { begin, sharedVisit } from '../contract/shared.ts';
import type { Visit, VisitReply } from '../contract/visit.ts';
import { probe } from '../locate/probe.ts';
import { faultReason } from './fault.ts';

/** A suite's code alone: its row would bring schemas and reports along. */
const load = (suite: string) => import(`../${suite}/run.ts`) as Promise<Run>;

/** The results of what the visit asks for. Throws what the backend throws. */
export async function answer(visit: Visit, row: BackendRow, module: BackendModule, tools: Tools): Promise<VisitReply> {
  if (visit.probe !== undefined) return probe({ ...visit, probe: visit.probe }, row, module, tools);
  const { suites, always, again } = visit;
  const runs = await Promise.all(
    [...new Set([...suites, ...always])].map(async (suite) => ({
      run: await load(suite),
      asked: suites.includes(suite),
    })),
  );
  const dedicated = runs.flatMap(({ run, asked }) => (asked && 'visit' in run ? [run] : []))[0];
  if (dedicated !== undefined) return dedicated.visit(visit, row, module, tools);
  const shared = runs.flatMap(({ run, asked }) => ('measure' in run ? [{ run, asked }] : []));
  const second = again && shared.map(({ run }) => run.again).find((one) => one !== undefined);
  if (second !== undefined) return second(visit, row, module, tools);
  return sharedVisit(begin(visit, row, module, tools), shared);
}

/** One visit, with its failure as a value that passes to the parent. */
export async function reply(
  visit: Visit,
  row: BackendRow,
  load: () => Promise<BackendModule>,
  tools: Tools,
): Promise<VisitReply> {
  try {
    // The binding imports its runtime, which is part of what `start` costs.
    const module: BackendModule = { start: async (...given) => (await load()).start(...given) };
    return await answer(visit, row, module, tools);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fix = unsupportedFix(error);
    return { error: fix === undefined ? faultReason(message) : message, fix };
  }
}
