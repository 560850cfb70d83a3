import type { ImageSet } from '../../reference/datasets/dataset.ts';
import { shown } from '../../reference/quote.ts';
import type { BackendModule, BackendRow, Tools } from '../contract/backend.ts';
import { open } from '../contract/open.ts';
import { sessionOptions } from '../contract/options.ts';
import { inspect } from '../contract/prove.ts';
import type { LabelledImages, Visit, VisitResult } from '../contract/visit.ts';
import { type Classified, classifyImages } from './classify-images.ts';
import { classifyDrawn } from './drawn.ts';
import { explain, explained, type SentDiagnosis } from './explain.ts';
import type { AccuracyResult, DrawnImages, SettledImages } from './schema.ts';
import { type Doubted, SAMPLES, settleImages } from './settle.ts';
import type { Trying } from './tries.ts';

// Images are settled after the session has closed, which may release its device.
export const phases = ['accuracy', 'mistakes', 'drawn'];

/** Share of a visit's budget for classifying images. Opening the model and proving the placement take the rest. */
const SHARE = 0.6;

/** Drawing images as web pages do may take this many times a visit's budget, and at most this share of its limit. */
const [DRAWING, DRAWING_LIMIT] = [2, 0.15];

/** Images that a record names by their file. */
const NAMED = 100;

/** Settling may take this many times a visit's budget, and must end at this share of its limit; samples take less. */
const [BUDGETS, LIMIT, SAMPLING] = [4, 0.75, 0.4];

/**
 * The images that are to be settled: each whose class differs from PyTorch's, or, where that is unknown, from an earlier
 * backend's. Where neither is known of any image, some samples, evenly spaced. And all with logits that are NaN or infinite.
 */
export function doubtedOf(
  { first, scores }: Pick<Classified, 'first' | 'scores'>,
  { predictions = [], earlier = [] }: Pick<LabelledImages, 'predictions' | 'earlier'>,
): { chosen: SettledImages['chosen']; doubted: Doubted[] } {
  const all = scores.map(({ answer, margin, nonfinite }, i) => ({
    doubted: { image: first + i, got: answer, margin, nonfinite },
    expected: predictions[first + i] ?? earlier[i],
  }));
  const differing = all.filter(
    ({ expected, doubted }) => (expected !== undefined && expected !== doubted.got) || doubted.nonfinite > 0,
  );
  if (all.some(({ expected }) => expected !== undefined))
    return { chosen: 'differing', doubted: differing.map(({ doubted }) => doubted) };
  const every = Math.max(1, Math.floor(all.length / SAMPLES));
  const samples = all.filter(({ doubted }, i) => i % every === 0 && doubted.nonfinite === 0).slice(0, SAMPLES);
  samples.push(...differing);
  return { chosen: 'samples', doubted: samples.map(({ doubted }) => doubted) };
}

/** The file names of images, where the set has them; undefined where there is none to name. */
function namesOf({ names }: ImageSet, images: readonly Doubted[]): AccuracyResult['names'] {
  if (names === undefined || images.length === 0) return undefined;
  return images.slice(0, NAMED).map(({ image }) => ({ image, name: shown(names[image] ?? '') }));
}

/** How the images are classified as the browser draws them; undefined where this visit is not to do that. */
async function asDrawn(trying: Trying, classified: Classified): Promise<DrawnImages | undefined> {
  const { visit, tools } = trying;
  if (visit.images?.files === undefined) return undefined;
  await tools.phase('drawn');
  const deadline = tools.now() + Math.min(DRAWING * visit.budgetMs, DRAWING_LIMIT * visit.limitMs);
  return classifyDrawn(trying, classified, deadline);
}

/** Opens the model, classifies, proves the placement, and settles differing images; or explains an earlier score. */
export async function visit(
  visit: Visit,
  row: BackendRow,
  module: BackendModule,
  tools: Tools,
): Promise<VisitResult<AccuracyResult | SentDiagnosis>> {
  if (visit.images?.explains) return explain(visit, row, module, tools);
  const began = tools.now();
  const { measured, inspected } = sessionOptions(visit, row);
  const { backend, session } = await open(module, row, measured, tools);
  await tools.phase('accuracy');
  const classified = await classifyImages(session, visit, tools, began + visit.budgetMs * SHARE);
  const diagnosis = await explained({ session, visit, tools }, classified);
  const drawn = await asDrawn({ session, visit, tools }, classified);
  const { placement } = await inspect({ backend, session }, inspected, []);
  await session.close();
  const { set } = classified;
  const { chosen, doubted } = doubtedOf(classified, visit.images ?? {});
  const names = namesOf(set, doubted);
  const more = { ...(diagnosis && { diagnosis }), ...(drawn && { drawn }), ...(names && { names }) };
  const result: AccuracyResult = { ...classified.result, ...more };
  // `null` computes nothing, so there is nothing to settle.
  if (doubted.length === 0 || placement.device === 'none') return { placement, results: [result] };
  await tools.phase('settle');
  const budgets = chosen === 'samples' ? SAMPLING : BUDGETS;
  const deadline = Math.min(tools.now() + budgets * visit.budgetMs, began + LIMIT * visit.limitMs);
  const settled = await settleImages({ visit, row, tools, set, deadline }, doubted, chosen);
  return { placement, results: [{ ...result, settled }] };
}
