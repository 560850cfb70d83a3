import { type BackendModule, type BackendRow, type Tools, unsupportedFix } from '../contract/backend.ts';
import type { AnswerTo, ReplyTo, SecondPageJob, SessionJob, VisitJob } from '../contract/job.ts';
import { RUNNING } from '../contract/phases.ts';
import type { SuiteRun } from '../contract/run.ts';
import { begin, measureShared } from '../contract/shared.ts';
import type { Measured, VisitResult } from '../contract/visit.ts';
import { probe } from '../locate/probe.ts';
import { faultReason } from './fault.ts';

/** Imports a suite's `run.ts` only: its row would also bring its schema and report code. */
const load = (suite: string) => import(`../${suite}/run.ts`) as Promise<SuiteRun>;

/** The results of the suites of a visit. */
async function answerVisit({ visit, row }: VisitJob, module: BackendModule, tools: Tools): Promise<VisitResult> {
  const { suites, always } = visit;
  const runs = await Promise.all(
    [...new Set([...suites, ...always])].map(async (suite) => ({
      run: await load(suite),
      asked: suites.includes(suite),
    })),
  );
  tools.watch?.([...RUNNING, ...runs.flatMap(({ run }) => run.phases)]);
  const dedicated = runs.flatMap(({ run, asked }) => (asked && 'visit' in run ? [run] : []))[0];
  if (dedicated !== undefined) return dedicated.visit(visit, row, module, tools);
  const shared = runs.flatMap(({ run, asked }) => ('measure' in run ? [{ run, asked }] : []));
  return measureShared(begin(visit, row, module, tools), shared);
}

/** The result of a suite that runs again in a second page. */
async function answerAgain(job: SecondPageJob, module: BackendModule, tools: Tools): Promise<Measured> {
  const run = await load(job.suite);
  if (!('secondPage' in run) || run.secondPage === undefined) throw new Error(`${job.suite} has no second page`);
  tools.watch?.(RUNNING);
  return run.secondPage(job.visit, job.row, module, tools);
}

async function answerAny(job: SessionJob, module: BackendModule, tools: Tools): Promise<AnswerTo<SessionJob>> {
  switch (job.kind) {
    case 'visit':
      return answerVisit(job, module, tools);
    case 'second-page':
      return answerAgain(job, module, tools);
    case 'probe':
      return probe(job, module, tools);
    case 'adapter':
      return { adapter: await tools.adapter(job.row.device) };
    case 'play':
      // Imported here, so that a visit does not load it.
      return (await import('../fuzz/play.ts')).play(job, module, tools);
  }
}

/** Runs a job. Throws what the backend throws. */
export const answer = <J extends SessionJob>(job: J, module: BackendModule, tools: Tools): Promise<AnswerTo<J>> =>
  answerAny(job, module, tools) as Promise<AnswerTo<J>>;

/**
 * The answer to a job, or its failure as a value that can be sent to the parent. `binding` imports a backend's module.
 */
export async function reply<J extends SessionJob>(
  job: J,
  binding: (row: BackendRow) => Promise<BackendModule>,
  tools: Tools,
): Promise<ReplyTo<J>> {
  try {
    // Imported here, since importing the runtime is part of the time of `start`.
    const module: BackendModule = { start: async (...given) => (await binding(job.row)).start(...given) };
    return await answer(job, module, tools);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fix = unsupportedFix(error);
    return { error: fix === undefined ? faultReason(message) : message, fix };
  }
}
