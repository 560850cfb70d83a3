import type { BackendModule, BackendRow, Tools } from '../contract/backend.ts';
import { openImages } from '../contract/classify.ts';
import { open } from '../contract/open.ts';
import { sessionOptions } from '../contract/options.ts';
import type { Measured, Visit, VisitResult } from '../contract/visit.ts';
import type { ScoreDiagnosis } from './diagnosis.ts';
import { isDoubtful } from './doubt.ts';
import { imagesOf } from './parts.ts';
import type { AccuracyResult } from './schema.ts';
import { imagesInMemory, imagesInPacks, type Trying, tryMistakes } from './tries.ts';

/** What a visit that explains a score sends. */
export type SentDiagnosis = Measured & { readonly diagnosis?: ScoreDiagnosis };

/** In the session that gave the score, trying may take this many times a visit's budget, and this share of its limit. */
const WITHIN = { budgets: 2, limit: 0.25 };
/** In a visit of its own. */
const ALONE = { budgets: 4, limit: 0.6 };

const until = ({ visit, tools }: Trying, { budgets, limit }: typeof WITHIN): number =>
  tools.now() + Math.min(budgets * visit.budgetMs, limit * visit.limitMs);

/**
 * What explains a score, by the session that gave it. Undefined where it is not in doubt, where it was not found out, and
 * where a second visit will explain it.
 */
export async function explained(
  trying: Trying,
  { result, first }: { readonly result: AccuracyResult; readonly first: number },
): Promise<ScoreDiagnosis | undefined> {
  const { visit, tools } = trying;
  const { images: at } = visit;
  if (at === undefined || at.resized !== undefined || !isDoubtful(result, at.expected)) return undefined;
  await tools.phase('mistakes');
  const tried = await imagesInMemory(at, trying, { first, images: result.images });
  return tryMistakes(trying, tried, until(trying, WITHIN));
}

/** Opens the model and tries the usual mistakes on images resized in all ways, or on the set where there are none. */
export async function explain(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<SentDiagnosis>> {
  const { images: at, batch, network } = visit;
  if (at === undefined) throw new Error('no images were sent');
  const { session } = await open(module, row, sessionOptions(visit, row).measured, tools);
  await tools.phase('mistakes');
  const trying = { session, visit, tools };
  const deadline = until(trying, ALONE);
  const part = async () => {
    const { count } = await openImages(at, network, tools);
    const { first, planned } = imagesOf(count, batch, at.part);
    return imagesInMemory(at, trying, { first, images: planned });
  };
  const tried = at.resized === undefined ? await part() : await imagesInPacks(at, at.resized, trying);
  const diagnosis = await tryMistakes(trying, tried, deadline);
  const placement = await session.placement();
  await session.close();
  return { placement, results: [{ suite: 'accuracy', ...(diagnosis && { diagnosis }) }] };
}
