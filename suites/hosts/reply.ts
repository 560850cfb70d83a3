import { compliance } from '../compliance/run.ts';
import { type BackendModule, type BackendRow, type Tools, unsupportedFix } from '../contract/backend.ts';
import { execute } from '../contract/execute.ts';
import type { Visit, VisitReply } from '../contract/visit.ts';
import { layers } from '../layers/run.ts';
import { leak } from '../leak/run.ts';
import { probe } from '../locate/probe.ts';
import { roofline } from '../roofline/run.ts';
import { transfer } from '../transfer/run.ts';
import { faultReason } from './fault.ts';

/** What answers the suites that make calls of their own; `execute` answers all others. */
const APART: { readonly [suite: string]: typeof execute | undefined } = {
  layers,
  leak,
  transfer,
  roofline,
  compliance,
};

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
    if (visit.probe !== undefined) return await probe({ ...visit, probe: visit.probe }, row, module, tools);
    const answer = visit.suites.map((suite) => APART[suite]).find((one) => one !== undefined) ?? execute;
    return await answer(visit, row, module, tools);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fix = unsupportedFix(error);
    return { error: fix === undefined ? faultReason(message) : message, fix };
  }
}
