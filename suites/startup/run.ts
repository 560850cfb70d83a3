import type { BackendModule, BackendRow, Tools } from '../contract/backend.ts';
import { checksOf } from '../contract/checks.ts';
import type { SharedVisit } from '../contract/run.ts';
import { begin } from '../contract/shared.ts';
import type { Visit } from '../contract/visit.ts';
import type { MeasuredStartup, SecondStart } from './schema.ts';
import { partsOf, startupOf } from './start.ts';

export const stage = 'steady';
export const phases = [];

export async function measure({ visit, tools, opened, calls }: SharedVisit): Promise<MeasuredStartup> {
  return startupOf(opened, calls, tools.observed(), visit.model?.path);
}

/** A start-up in a second page: open, two calls, and their check. */
export async function secondPage(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<SecondStart> {
  const { opened, calls, caller, logits } = await begin(visit, row, module, tools);
  await tools.phase('close');
  await opened.session.close();
  await caller.check();
  const [check] = checksOf([logits]);
  const start = partsOf(opened, calls, visit.model?.path);
  const stale = caller.stale();
  return {
    suite: 'startup',
    ...start,
    ...(check === undefined ? {} : { check }),
    ...(stale > 0 ? { stale } : {}),
  };
}
