import type { ImageSet } from '../../reference/datasets/dataset.ts';
import { type Feed, feedsBeside } from '../../reference/datasets/mistakes.ts';
import type { Session, Tools } from '../contract/backend.ts';
import { imageBatch, openImages } from '../contract/classify.ts';
import type { Visit } from '../contract/visit.ts';
import { wilson } from '../stats/quantiles.ts';
import { diagnose, type FeedTrial, type ScoreDiagnosis } from './diagnosis.ts';
import type { AccuracyResult } from './schema.ts';

/** Images that are tried in every way: more tell no more mistakes apart, and fewer tell too few. */
const [MOST, LEAST] = [1000, 50];

/** Whether a score is in doubt: it is surely below what is expected, a share of all images, or nothing is expected. */
export function isDoubtful(
  { top1, images }: Pick<AccuracyResult, 'top1' | 'images'>,
  expected: number | undefined,
): boolean {
  const [, most] = wilson(top1, images);
  return expected === undefined || most < expected;
}

/** An open session, and the visit whose images it classifies. */
export type Trying = { readonly session: Session; readonly visit: Visit; readonly tools: Tools };

/** The logits of `count` images from `first` on under one feed, [count, classes]. */
async function logitsUnder(
  feed: Feed,
  { session, visit, tools }: Trying,
  first: number,
  count: number,
): Promise<{ readonly logits: Float64Array; readonly labels: ImageSet['labels'] }> {
  const { images: at, network, batch } = visit;
  if (at === undefined) throw new Error('no images were sent');
  const order = feed.order === 'RGB' ? undefined : feed.order;
  const preprocessing = { ...at.preprocessing, ...feed.values, order };
  const set = await openImages({ ...at, preprocessing }, network, tools);
  const logits = new Float64Array(count * network.classes);
  for (let done = 0; done < count; done += batch) {
    const output = await session.run(session.prepare(await imageBatch(set, first + done, visit)));
    const wanted = Math.min(batch, count - done) * network.classes;
    for (let i = 0; i < wanted; i++) logits[done * network.classes + i] = output[i] as number;
  }
  return { logits, labels: set.labels };
}

/**
 * Classifies the first images of a visit again under every usual feed, and says which explains their score. `perImageMs`:
 * how long one takes. Undefined where too few fit before `deadline`, or where the network takes no colour images.
 */
export async function tryMistakes(
  trying: Trying,
  { first, images }: { readonly first: number; readonly images: number },
  { perImageMs, deadline }: { readonly perImageMs: number; readonly deadline: number },
): Promise<ScoreDiagnosis | undefined> {
  const { visit, tools } = trying;
  const { network, images: at } = visit;
  if (network.channels !== 3 || at === undefined) return undefined;
  const feeds = feedsBeside(at.preprocessing, at.preprocessing.order ?? 'RGB');
  const fit = Math.floor((deadline - tools.now()) / (feeds.length * Math.max(perImageMs, 1e-3)));
  const count = Math.min(MOST, images, fit);
  if (count < LEAST) return undefined;
  const trials: FeedTrial[] = [];
  let labels: ImageSet['labels'] = [];
  for (const feed of feeds) {
    const tried = await logitsUnder(feed, trying, first, count);
    trials.push({ feed, logits: tried.logits });
    labels = tried.labels;
  }
  const own = Array.from({ length: count }, (_, i) => labels[first + i] as number);
  return diagnose(trials as [FeedTrial, ...FeedTrial[]], own, network.classes);
}
