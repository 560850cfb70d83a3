import type { BackendModule, BackendRow, Tools } from '../contract/backend.ts';
import { open } from '../contract/open.ts';
import { sessionOptions } from '../contract/options.ts';
import { inspect } from '../contract/prove.ts';
import type { LabelledImages, Visit, VisitResult } from '../contract/visit.ts';
import { type Classified, classifyImages } from './classify-images.ts';
import type { ScoreDiagnosis } from './diagnosis.ts';
import { classifyDrawn } from './drawn.ts';
import type { AccuracyResult, DrawnImages, SettledImages } from './schema.ts';
import { type Doubted, SAMPLES, settleImages } from './settle.ts';
import { isDoubtful, type Trying, tryMistakes } from './tries.ts';

// Images are settled after the session has closed, which may release its device.
export const phases = ['accuracy', 'mistakes', 'drawn'];

/** Share of a visit's budget for classifying images. Opening the model and proving the placement take the rest. */
const SHARE = 0.6;

/** Trying the usual mistakes may take this many times a visit's budget, and at most this share of its limit. */
const [TRIES, TRIES_LIMIT] = [2, 0.25];

/** Drawing images as web pages do may take this many times a visit's budget, and at most this share of its limit. */
const [DRAWING, DRAWING_LIMIT] = [2, 0.15];

/** Settling may take this many times a visit's budget, and must end at this share of its limit; samples take less. */
const [BUDGETS, LIMIT, SAMPLING] = [4, 0.75, 0.4];

/**
 * The images whose class is to be settled: each that differs from PyTorch's, or, where that is unknown, from an earlier
 * backend's. Where neither is known of any image, some samples, evenly spaced.
 */
export function doubtedOf(
  { first, scores }: Pick<Classified, 'first' | 'scores'>,
  { predictions = [], earlier = [] }: Pick<LabelledImages, 'predictions' | 'earlier'>,
): { chosen: SettledImages['chosen']; doubted: Doubted[] } {
  const all = scores.map(({ answer, margin }, i) => ({
    doubted: { image: first + i, got: answer, margin },
    expected: predictions[first + i] ?? earlier[i],
  }));
  const differing = all.filter(({ expected, doubted }) => expected !== undefined && expected !== doubted.got);
  if (all.some(({ expected }) => expected !== undefined))
    return { chosen: 'differing', doubted: differing.map(({ doubted }) => doubted) };
  const every = Math.max(1, Math.floor(all.length / SAMPLES));
  const samples = all.filter((_, i) => i % every === 0).slice(0, SAMPLES);
  return { chosen: 'samples', doubted: samples.map(({ doubted }) => doubted) };
}

/** What explains a score that is in doubt; undefined where it is not, and where it was not found out. */
async function diagnosed(
  trying: Trying,
  { result, first }: Pick<Classified, 'result' | 'first'>,
  perImageMs: number,
): Promise<ScoreDiagnosis | undefined> {
  const { visit, tools } = trying;
  if (!isDoubtful(result, visit.images?.expected)) return undefined;
  await tools.phase('mistakes');
  const deadline = tools.now() + Math.min(TRIES * visit.budgetMs, TRIES_LIMIT * visit.limitMs);
  return tryMistakes(trying, { first, images: result.images }, { perImageMs, deadline });
}

/** How the images are classified as the browser draws them; undefined where this visit is not to do that. */
async function asDrawn(trying: Trying, classified: Classified): Promise<DrawnImages | undefined> {
  const { visit, tools } = trying;
  if (visit.images?.files === undefined) return undefined;
  await tools.phase('drawn');
  const deadline = tools.now() + Math.min(DRAWING * visit.budgetMs, DRAWING_LIMIT * visit.limitMs);
  return classifyDrawn(trying, classified, deadline);
}

/** Opens the model, classifies, proves the placement, and settles differing images. */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<AccuracyResult>> {
  const began = tools.now();
  const { measured, inspected } = sessionOptions(visit, row);
  const { backend, session } = await open(module, row, measured, tools);
  await tools.phase('accuracy');
  const classified = await classifyImages(session, visit, tools, began + visit.budgetMs * SHARE);
  const { perImageMs } = classified;
  const diagnosis = await diagnosed({ session, visit, tools }, classified, perImageMs);
  const drawn = await asDrawn({ session, visit, tools }, classified);
  const { placement } = await inspect({ backend, session }, inspected, []);
  await session.close();
  const { set } = classified;
  const result: AccuracyResult = { ...classified.result, ...(diagnosis && { diagnosis }), ...(drawn && { drawn }) };
  const { chosen, doubted } = doubtedOf(classified, visit.images ?? {});
  // `null` computes nothing, so there is nothing to settle.
  if (doubted.length === 0 || placement.device === 'none') return { placement, results: [result] };
  await tools.phase('settle');
  const budgets = chosen === 'samples' ? SAMPLING : BUDGETS;
  const deadline = Math.min(tools.now() + budgets * visit.budgetMs, began + LIMIT * visit.limitMs);
  const settled = await settleImages({ visit, row, tools, set, deadline }, doubted, chosen);
  return { placement, results: [{ ...result, settled }] };
}
