import type { ResizedImages } from '../../reference/datasets/dataset.ts';
import type { Visit } from '../contract/visit.ts';
import type { VisitOutcome } from '../hosts/host.ts';
import type { Outcome } from '../record/record.ts';
import { findSuite, type Result } from '../suites.ts';

/** Makes visits, of which one that does not start is a crash. */
export const started =
  (run: (visit: Visit) => Promise<VisitOutcome>) =>
  (visit: Visit): Promise<VisitOutcome> =>
    run(visit).catch(({ message }: Error): VisitOutcome => ({ kind: 'crash', reason: message, phase: 'start' }));

/** How a second visit is made: what it needs beside the first, and how to run it. */
export type Explaining = {
  /** The images resized in other ways; undefined where there are none. */
  readonly resized: ResizedImages | undefined;
  run(visit: Visit): Promise<VisitOutcome>;
  readonly log: (line: string) => void;
};

/** What a visit sent of a suite; undefined where it failed. */
function sentBy(outcome: VisitOutcome, suite: string): unknown {
  if (outcome.kind !== 'reply' || !('results' in outcome.reply)) return undefined;
  return outcome.reply.results.find((one) => one.suite === suite);
}

/**
 * The outcomes of a visit, with what a second one found out about those that need an explanation. What it needs is made
 * only now. Where that fails, the outcomes stay as they are, and a line says why.
 */
export async function explained(
  outcomes: ReadonlyMap<string, Outcome>,
  visit: Visit,
  { resized, run, log }: Explaining,
): Promise<Map<string, Outcome>> {
  const all = new Map(outcomes);
  for (const [id, outcome] of outcomes) {
    const { images } = visit;
    const suite = findSuite(id);
    if (images === undefined || !('result' in outcome) || outcome.result === undefined) continue;
    if (suite?.isUnexplained?.(outcome.result, visit) !== true) continue;
    try {
      await resized?.make();
      const sent = sentBy(await run({ ...visit, images: { ...images, explains: true } }), id);
      const result = suite.explainedBy?.(outcome.result, sent) as Result | undefined;
      if (result !== undefined) all.set(id, { ...outcome, result } as Outcome);
    } catch (error) {
      log(`what explains the score was not tried: ${(error as Error).message}`);
    }
  }
  return all;
}
