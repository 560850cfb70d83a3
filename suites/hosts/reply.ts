import { type BackendModule, type BackendRow, type Tools, unsupportedFix } from '../backend.ts';
import { compliance } from '../compliance.ts';
import { execute } from '../execute.ts';
import { layers } from '../layers.ts';
import { leak } from '../leak.ts';
import { probe } from '../probe.ts';
import { roofline } from '../roofline.ts';
import { transfer } from '../transfer.ts';
import type { Visit, VisitReply } from '../visit.ts';
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
