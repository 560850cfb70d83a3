import type { z } from 'zod';
import type { LabelMap } from '../../reference/datasets/mistakes.ts';
import { studentP } from '../stats/student.ts';
import { calibratedLikelihoods } from './likelihood.ts';
import { scoreOf } from './per-image.ts';
import type { diagnosisSchema } from './schema.ts';

/**
 * A way to feed the network, by what differs from the request, and the logits of the same images under it, [images,
 * classes]; undefined where the first images ruled it out.
 */
export type FeedTrial = {
  readonly feed: { readonly changes: readonly string[] };
  readonly logits: ArrayLike<number> | undefined;
};

/** How labels are read: the number of classes of the logits, and the ways to number them, as requested first. */
export type LabelReadings = { readonly classes: number; readonly maps: readonly [LabelMap, ...LabelMap[]] };

/** What explains a score that is in doubt. */
export type ScoreDiagnosis = z.infer<typeof diagnosisSchema>;
type Explanation = ScoreDiagnosis['equal'][number];

/**
 * Error rates. ALPHA: of calling a mistake where there is none, over all that are tried, half of it for those that change
 * one thing. CORRECT: of each one's having more correct images. APART: of calling two equally likely ones apart. BEHIND:
 * of giving one up early.
 */
const [ALPHA, CORRECT, APART, BEHIND] = [0.01, 0.01, 0.01, 1e-4];

/** A way to read the network. `changes`: how many things differ from the request. */
type LabelReading = {
  readonly id: string;
  readonly changes: number;
  readonly wanted: readonly (number | undefined)[];
  /** 1 for each image that is correct, 0 for others. */
  readonly right: readonly number[];
  /** ln of the calibrated probability of each image's label. Computed when it is first called. */
  likely(): readonly number[];
};

function readings(
  { feed, logits }: FeedTrial & { readonly logits: ArrayLike<number> },
  labels: ArrayLike<number>,
  { classes, maps }: LabelReadings,
): LabelReading[] {
  const answers = Array.from(labels, (_, image) => scoreOf(logits, image * classes, classes).answer);
  return maps.map(({ id, classOf }) => {
    const wanted = Array.from(labels, (label) => classOf[label]);
    const parts = [...feed.changes, id].filter((part) => part !== '');
    let known: readonly number[] | undefined;
    return {
      id: parts.join('; '),
      changes: parts.length,
      wanted,
      right: answers.map((answer, i) => Number(answer === wanted[i])),
      likely() {
        known ??= calibratedLikelihoods({ logits, classes, wanted });
        return known;
      },
    };
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

/** One-sided p-value that the mean of `a` is no larger than that of `b`: a paired t-test over the images. */
function pairedP(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((value, i) => value - (b[i] as number));
  const [n, middle] = [differences.length, mean(differences)];
  const variance = differences.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (n - 1);
  if (middle <= 0) return 1;
  return variance === 0 ? 0 : studentP(middle / Math.sqrt(variance / n), n - 1) / 2;
}

const isMeasured = (trial: FeedTrial): trial is FeedTrial & { readonly logits: ArrayLike<number> } =>
  trial.logits !== undefined;

/** How many readings change one thing, and how many more. Those of trials that were given up count too. */
function counted(trials: readonly FeedTrial[], maps: LabelReadings['maps']): { one: number; more: number } {
  const all = trials.flatMap(({ feed }) => maps.map(({ id }) => feed.changes.length + (id === '' ? 0 : 1)));
  const one = all.filter((changes) => changes === 1).length;
  return { one, more: all.filter((changes) => changes > 1).length };
}

/**
 * Says which usual mistake explains a low score, by the paired log-likelihood of the labels under every feed and numbering
 * of classes. The first trial is the request itself, and measured. `labels`: one for each image, at least two. A mistake
 * is named only where it makes the labels more likely than the request does, at an error rate of 0.01 over all that are
 * tried, and more images correct. Where none is named, `alike` are those that change one thing and that the images cannot
 * tell from the request, the likeliest first.
 */
export function diagnose(
  trials: readonly [FeedTrial, ...FeedTrial[]],
  labels: ArrayLike<number>,
  read: LabelReadings,
): ScoreDiagnosis {
  const { one, more } = counted(trials, read.maps);
  const [request, ...tried] = trials.filter(isMeasured).flatMap((trial) => readings(trial, labels, read)) as [
    LabelReading,
    ...LabelReading[],
  ];
  const right = sum(request.right);
  const alpha = ({ changes }: LabelReading) => ALPHA / 2 / (changes === 1 ? one : more);
  // More images must be correct too, since a likelihood may grow although no answer changes.
  const isBetter = (reading: LabelReading) =>
    sum(reading.right) > right &&
    pairedP(reading.right, request.right) < CORRECT &&
    pairedP(reading.likely(), request.likely()) < alpha(reading);
  const likeliestFirst = (a: LabelReading, b: LabelReading) => mean(b.likely()) - mean(a.likely());
  const better = tried.filter(isBetter).sort(likeliestFirst);
  const [likeliest] = better;
  const isLikeliest = (one: LabelReading) =>
    likeliest !== undefined && pairedP(likeliest.likely(), one.likely()) >= APART;
  // Of those that the images cannot tell apart, the one with the fewest changes.
  const [best] = better.filter(isLikeliest).sort((a, b) => a.changes - b.changes);
  const explained = ({ id, right }: LabelReading): Explanation => ({ mistake: id, right: sum(right) });
  // As simple ones that are not surely less likely, whether or not they alone are surely better than the request.
  const equal = tried.filter(
    (one) => one !== best && one.changes === best?.changes && sum(one.right) > right && isLikeliest(one),
  );
  const isAlike = (reading: LabelReading) =>
    reading.changes === 1 && pairedP(request.likely(), reading.likely()) >= APART;
  const alike = best === undefined ? tried.filter(isAlike).sort(likeliestFirst).map(explained) : [];
  return {
    images: labels.length,
    right,
    best: best === undefined ? null : explained(best),
    equal: equal.map(explained),
    ...(alike.length > 0 ? { alike } : {}),
  };
}

/**
 * The positions of trials that need not go on: under no numbering do they make the labels of these first images as likely
 * as the likeliest trial does. The first trial, the request, always goes on.
 */
export function behind(
  trials: readonly [FeedTrial, ...FeedTrial[]],
  labels: ArrayLike<number>,
  read: LabelReadings,
): number[] {
  const all = trials.map((trial) => (isMeasured(trial) ? readings(trial, labels, read) : []));
  const known = all.flat();
  const best = known.reduce((a, b) => (mean(b.likely()) > mean(a.likely()) ? b : a), known[0] as LabelReading);
  return [...all.keys()].filter(
    (i) => i > 0 && (all[i] ?? []).every((one) => pairedP(best.likely(), one.likely()) < BEHIND),
  );
}
