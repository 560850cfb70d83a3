import { readTruths, type Truths } from '../../reference/truthfile.ts';
import { seededInput } from '../../reference/weights/seeded.ts';
import type { BackendModule, BackendRow, Tools } from './backend.ts';
import { caller } from './caller.ts';
import { checker } from './checker.ts';
import { open } from './open.ts';
import { sessionOptions } from './options.ts';
import { type Inspected, inspect } from './prove.ts';
import { type SharedRun, type SharedVisit, STAGES } from './run.ts';
import { INPUTS, type Measured, type Visit, type VisitResult } from './visit.ts';

/** Loads the runtime, opens the model and makes the first two calls. Throws what the backend throws. */
export async function begin(visit: Visit, row: BackendRow, module: BackendModule, tools: Tools): Promise<SharedVisit> {
  const deadline = tools.now() + visit.budgetMs;
  const { measured, inspected } = sessionOptions(visit, row);
  const inputs = Array.from({ length: INPUTS }, (_, i) => seededInput(i, visit.batch, measured.channels, visit.size));
  const opened = await open(module, row, measured, tools);
  const logits = checker('logits', visit.network.classes);
  let known: Truths | undefined;
  const truths = async () => {
    known ??= visit.truth === undefined ? [] : await readTruths(visit.truth, tools.read);
    return known;
  };
  const calling = caller(opened.session, inputs, truths, logits);
  const timed = async (phase: string) => {
    await tools.phase(phase);
    const start = tools.now();
    await calling.call();
    const took = tools.now() - start;
    await calling.between();
    return took;
  };
  const first = await timed('first');
  const afterFirst = tools.observed();
  const answer = calling.latest();
  const second = await timed('second');
  const calls = { first, second, afterFirst, afterSecond: tools.observed() };
  let found: Inspected | undefined;
  return {
    visit,
    row,
    tools,
    inputs,
    deadline,
    opened,
    calls,
    caller: calling,
    timed,
    answer,
    logits,
    truths,
    async inspect(tapped) {
      const known = await truths();
      const given = tapped.flatMap((i) => {
        const [input, of] = [inputs[i], known[i]];
        return input === undefined ? [] : [{ input, truths: of ?? new Map() }];
      });
      found ??= await inspect(opened, inspected, given);
      return found;
    },
  };
}

/** A suite's code, and whether it was requested or is only always measured. */
export type RequestedRun = { readonly run: SharedRun; readonly asked: boolean };

/**
 * One visit of suites that share a session, in a child process or a page: load the runtime, open the model, run and
 * check, sample, prove the placement, close. Results are in the order in which they were measured. Throws what the
 * backend throws.
 */
export async function measureShared(begun: Promise<SharedVisit>, runs: readonly RequestedRun[]): Promise<VisitResult> {
  const shared = await begun;
  const { tools, caller } = shared;
  const results: Measured[] = [];
  for (const stage of STAGES) {
    if (stage === 'steady') await tools.phase('steady');
    if (stage === 'proof') {
      await tools.phase('inspect');
      await caller.check();
    }
    for (const { run, asked } of runs) if (run.stage === stage) results.push(await run.measure(shared, asked));
  }
  const { placement } = await shared.inspect([]);
  await tools.phase('close');
  await shared.opened.session.close();
  await tools.phase('closed');
  return { placement, results };
}
