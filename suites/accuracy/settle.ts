import type { ImageSet } from '../../reference/datasets/dataset.ts';
import type { Read } from '../../reference/formats/format.ts';
import { top } from '../../reference/judge/agreement.ts';
import { type Truth, truthsOf } from '../../reference/judge/bounds.ts';
import { whyUnsound } from '../../reference/judge/sound.ts';
import { precisionOf } from '../../reference/precisions/precisions.ts';
import type { BackendRow, Tools } from '../contract/backend.ts';
import { imageBatch } from '../contract/classify.ts';
import { readLoaded } from '../contract/loaded.ts';
import type { Visit } from '../contract/visit.ts';
import type { Decided, SettledImages } from './schema.ts';

/**
 * An image, the class that the backend gave it, the difference of its two largest logits, and how many logits are NaN or
 * infinite.
 */
export type Doubted = {
  readonly image: number;
  readonly got: number;
  readonly margin: number;
  readonly nonfinite: number;
};

/** Maximum of images that are settled, and of those computed at once. */
const MOST = 32;
const AT_ONCE = 8;

/** Images that are settled where nothing is known to compare with. */
export const SAMPLES = 16;

/**
 * Multiply-adds a second of the reference, and how many passes over two images its limits take: both only foretell
 * whether the first images fit into the time. resnet20's first eight take 0.7 s on one core.
 */
const [SPEED, PASSES] = [2e9, 24];

/** What a visit settles: its network, its images, and until when, by the tools' clock in milliseconds. */
export type Settling = {
  readonly visit: Visit;
  readonly row: BackendRow;
  readonly tools: Tools;
  readonly set: ImageSet;
  readonly deadline: number;
};

/** Compares a class with the reference's logits, [1, classes], which are finite, and the error that each may have. */
export function decide({ image, got, nonfinite }: Omit<Doubted, 'margin'>, { value, allowed }: Truth): Decided {
  const logit = (i: number) => value.data[i] as number;
  const [reference = 0, second = reference] = top(value.data, 0, value.data.length, 2);
  const room = (i: number) => allowed[i] as number;
  return {
    image,
    got,
    reference,
    // Without a class every score is NaN, which no right implementation gives: the lead is over the last class.
    lead: logit(reference) - (got < 0 ? Math.min(...value.data) : logit(got)),
    margin: logit(reference) - logit(second),
    allowed: room(reference) + room(got < 0 || got === reference ? second : got),
    ...(nonfinite > 0 ? { nonfinite } : {}),
  };
}

/** The float64 reference of some images, with the error that a backend may make, one by one. */
async function decideAll(read: Read, some: readonly Doubted[], { visit, set }: Settling): Promise<Decided[]> {
  const one = { ...visit, batch: 1 };
  const { channels } = visit.network;
  const inputs = await Promise.all(
    some.map(async ({ image }) => ({
      shape: [1, channels, visit.size, visit.size],
      data: Float64Array.from(await imageBatch(set, image, one)),
    })),
  );
  const { graph, weights } = read;
  const wanted = new Map([['logits', graph.output]]);
  const truths = truthsOf({ graph, weights, inputs }, wanted, precisionOf(visit.precision).arithmetic);
  return some.map((doubted, i) => {
    const truth = truths[i]?.get('logits');
    const why = truth === undefined ? 'the reference gives no logits' : whyUnsound(truth);
    if (truth === undefined || why !== undefined) throw new Error(why);
    if (!truth.allowed.every(Number.isFinite)) throw new Error('the errors that it allows are not known');
    return decide(doubted, truth);
  });
}

/**
 * Which images are settled where there are more than MOST: those without all logits, which are no ties, and those with the
 * largest margins, the least likely ones.
 */
const surest = (doubted: readonly Doubted[]): Doubted[] =>
  [...doubted]
    .sort(
      (a, b) =>
        Number(b.nonfinite > 0) - Number(a.nonfinite > 0) || (b.margin || 0) - (a.margin || 0) || a.image - b.image,
    )
    .slice(0, MOST);

const lineOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/**
 * Asks the float64 reference for the class of images, and by how much it leads. It computes the network that the backend
 * loaded, in the visit: there the loaded file and the images are at hand, in Node and in a page alike. Never throws:
 * what cannot be settled is counted, with the reason.
 */
export async function settleImages(
  settling: Settling,
  doubted: readonly Doubted[],
  chosen: SettledImages['chosen'],
): Promise<SettledImages> {
  const { visit, row, tools, deadline } = settling;
  const images: Decided[] = [];
  const ended = (why: string | undefined): SettledImages => {
    const open = doubted.length - images.length;
    images.sort((a, b) => a.image - b.image);
    return { chosen, images, open, ...(open > 0 && why !== undefined ? { why } : {}) };
  };
  const list = surest(doubted);
  const perImage = visit.network.work.macs / visit.batch;
  let took = ((Math.min(AT_ONCE, list.length) + 2 * PASSES) * perImage * 1000) / SPEED;
  try {
    const read = await readLoaded(visit, row, tools);
    for (let at = 0; at < list.length; at += AT_ONCE) {
      const start = tools.now();
      if (start + took > deadline) return ended('time ended');
      images.push(...(await decideAll(read, list.slice(at, at + AT_ONCE), settling)));
      took = tools.now() - start;
    }
  } catch (error) {
    return ended(`the reference does not compute them: ${lineOf(error)}`);
  }
  return ended(`at most ${MOST} images are settled`);
}
