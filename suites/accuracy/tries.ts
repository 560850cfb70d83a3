import type { ImageSet } from '../../reference/datasets/dataset.ts';
import { type Feed, feedsBeside, labelMapsFor } from '../../reference/datasets/mistakes.ts';
import { byteValues, RAW } from '../../reference/datasets/preprocessing.ts';
import type { Session, Tools } from '../contract/backend.ts';
import { openImages } from '../contract/classify.ts';
import type { LabelledImages, Visit } from '../contract/visit.ts';
import { behind, diagnose, type FeedTrial, type LabelReadings, type ScoreDiagnosis } from './diagnosis.ts';

/** Images that are tried in every way: more tell few more mistakes apart, and fewer tell too few. */
const [MOST, LEAST] = [2000, 50];

/** An open session, and the visit whose images it classifies. */
export type Trying = { readonly session: Session; readonly visit: Visit; readonly tools: Tools };

/** Images resized in one way: their bytes as they are, 0 to 255, [3, H, W] in the order R, G, B. */
export type ImagesOneWay = {
  /** In what they differ from the request, in words; empty for the request. */
  readonly changes: readonly string[];
  /** Image `i` of those that are tried. */
  bytes(i: number): Promise<Float32Array>;
};

/** The images that are tried, resized as requested, first, and in other ways. */
export type TriedImages = {
  readonly labels: readonly number[];
  readonly resized: readonly [ImagesOneWay, ...ImagesOneWay[]];
  readonly maps: LabelReadings['maps'];
};

/** The first images of a visit's set. It is opened once, as bytes, of which every feed is made. */
export async function imagesInMemory(
  at: LabelledImages,
  { visit: { network }, tools }: Pick<Trying, 'visit' | 'tools'>,
  { first, images }: { readonly first: number; readonly images: number },
): Promise<TriedImages> {
  const { resize } = at.preprocessing;
  const set: ImageSet = await openImages({ ...at, preprocessing: { ...RAW, resize } }, network, tools);
  const labels = Array.from({ length: Math.min(MOST, images) }, (_, i) => set.labels[first + i] as number);
  const resized = { changes: [], bytes: async (i: number) => set.image(first + i) };
  return { labels, resized: [resized], maps: labelMapsFor(network.classes, at.classNames) };
}

/** The images of the packs that a visit got, which are all of one set. Each pack is opened once, as bytes. */
export async function imagesInPacks(
  at: LabelledImages,
  packs: NonNullable<LabelledImages['resized']>,
  { visit: { network }, tools }: Pick<Trying, 'visit' | 'tools'>,
): Promise<TriedImages> {
  const opened = await Promise.all(
    packs.map(async ({ changes, path }) => {
      const preprocessing = { ...RAW, resize: at.preprocessing.resize };
      return { changes, set: await openImages({ ...at, dataset: undefined, path, preprocessing }, network, tools) };
    }),
  );
  const [first, ...rest] = opened.map(({ changes, set }) => ({ changes, bytes: async (i: number) => set.image(i) }));
  if (first === undefined) throw new Error('no images were sent');
  const labels = Array.from(opened[0]?.set.labels ?? []);
  return { labels, resized: [first, ...rest], maps: labelMapsFor(network.classes, at.classNames) };
}

/** A way to feed the network, and its logits so far; undefined once it was given up. */
type Candidate = FeedTrial & { readonly feed: Feed; readonly resized: ImagesOneWay; logits: number[] | undefined };

/** Puts an image's bytes into an input from `at` on, as a feed makes its values. */
function put(
  input: Float32Array,
  at: number,
  bytes: Float32Array,
  { order, table }: { order: string; table: Float32Array },
): void {
  const area = bytes.length / 3;
  for (let channel = 0, to = at; channel < 3; channel++) {
    const from = order === 'RGB' ? channel : 2 - channel;
    for (let i = from * area; i < (from + 1) * area; i++, to++)
      input[to] = table[(from << 8) | (bytes[i] as number)] as number;
  }
}

/** Classifies the images from `first` to before `end` under one feed, and appends their logits to the candidate's. */
async function classifyMore(
  { feed, resized, logits }: Candidate,
  { session, visit }: Trying,
  first: number,
  end: number,
): Promise<void> {
  const { batch, size, network } = visit;
  const values = { order: feed.order, table: byteValues({ ...RAW, ...feed.values }) };
  const pixels = 3 * size * size;
  for (let at = first; at < end; at += batch) {
    const input = new Float32Array(batch * pixels);
    const images = Math.min(batch, end - at);
    for (let i = 0; i < images; i++) put(input, i * pixels, await resized.bytes(at + i), values);
    const output = await session.run(session.prepare(input));
    for (let i = 0; i < images * network.classes; i++) logits?.push(output[i] as number);
  }
}

/**
 * Classifies images under every usual feed, and says which explains their score. Feeds that the first images rule out are
 * given up, after numbers of images that double. Undefined where the network takes no colour images, and where fewer than
 * 50 images were classified before `deadline`.
 */
export async function tryMistakes(
  trying: Trying,
  { labels, resized, maps }: TriedImages,
  deadline: number,
): Promise<ScoreDiagnosis | undefined> {
  const { visit, tools } = trying;
  const { network, images: at, batch } = visit;
  if (network.channels !== 3 || at === undefined || labels.length < LEAST) return undefined;
  const [asked, ...others] = resized;
  const [feed, ...feeds] = feedsBeside(at.preprocessing, at.preprocessing.order ?? 'RGB');
  const candidate = (feed: Feed, resized: ImagesOneWay): Candidate => ({ feed, resized, logits: [] });
  const candidates: [Candidate, ...Candidate[]] = [
    candidate(feed, asked),
    ...feeds.map((one) => candidate(one, asked)),
    ...others.map((one) => candidate({ ...feed, changes: one.changes }, one)),
  ];
  const read = { classes: network.classes, maps };
  const block = Math.ceil(LEAST / batch) * batch;
  let [done, checkAt, took] = [0, block, 0];
  while (done < labels.length) {
    const live = candidates.filter(({ logits }) => logits !== undefined);
    const end = Math.min(done + block, labels.length);
    const start = tools.now();
    if (start + took * live.length > deadline) break;
    for (const [i, one] of live.entries()) {
      // The first feed foretells how long all of them take.
      if (done === 0 && i === 1 && start + (tools.now() - start) * live.length > deadline) return undefined;
      await classifyMore(one, trying, done, end);
    }
    took = (tools.now() - start) / live.length;
    done = end;
    if (done < checkAt || done === labels.length) continue;
    checkAt *= 2;
    for (const i of behind(candidates, labels.slice(0, done), read)) (candidates[i] as Candidate).logits = undefined;
  }
  return diagnose(candidates, labels.slice(0, done), read);
}
