import type { BackendModule, BackendRow, Tools } from '../contract/backend.ts';
import { checksOf } from '../contract/checks.ts';
import type { SharedSession } from '../contract/run.ts';
import { begin } from '../contract/shared.ts';
import type { Visit, VisitResult } from '../contract/visit.ts';
import { startupOf } from './parts.ts';
import type { StartupResult } from './schema.ts';

export const stage = 'steady';
export const phases = [];

export async function measure({ visit, tools, opened, calls }: SharedSession): Promise<StartupResult> {
  return startupOf(opened, calls, tools.observed(), visit.files.model);
}

/**
 * A start-up in a second page, which becomes the `warm` part of the first page's result: open, two calls, and their
 * check.
 */
export async function again(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<StartupResult>> {
  const { opened, calls, caller, logits } = await begin(visit, row, module, tools);
  const { suite, compiled, warm, ...start } = startupOf(opened, calls, calls.afterSecond, visit.files.model);
  await tools.phase('close');
  await opened.session.close();
  await caller.check();
  const [check] = checksOf([logits]);
  const result: StartupResult = { suite, ...start, compiled, warm: check ? { ...start, check } : start };
  return { placement: await opened.session.placement(), results: [result] };
}
