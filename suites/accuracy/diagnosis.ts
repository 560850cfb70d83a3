import type { z } from 'zod';
import { type Feed, type LabelMap, labelMapsFor } from '../../reference/datasets/mistakes.ts';
import { studentP } from '../stats/student.ts';
import { scoreOf } from './per-image.ts';
import type { diagnosisSchema } from './schema.ts';

/** Logits of the same images under one feed, [images, classes], and a feed that was requested or is tried. */
export type FeedTrial = { readonly feed: Pick<Feed, 'changes'>; readonly logits: ArrayLike<number> };

/** What explains a score that is in doubt. */
export type ScoreDiagnosis = z.infer<typeof diagnosisSchema>;
type Explanation = ScoreDiagnosis['equal'][number];

/** An image counts for at most this much, so that a few of extreme logits do not decide. */
const LEAST_LIKELY = Math.log(1e-4);

/** Error rates: of calling a mistake where there is none, over all that are tried; and of calling two equally likely apart. */
const [ALPHA, APART] = [0.01, 0.01];

/** What logits say of one image: the class, and ln of the softmax's denominator. */
type LikelihoodScore = { readonly at: number; readonly answer: number; readonly logTotal: number };

function scoresOf({ logits }: FeedTrial, images: number, classes: number): LikelihoodScore[] {
  return Array.from({ length: images }, (_, image) => {
    const at = image * classes;
    const { answer, confidence } = scoreOf(logits, at, classes);
    // The confidence is that of the answer: e to its logit, divided by the denominator.
    return { at, answer, logTotal: (logits[at + Math.max(0, answer)] as number) - Math.log(confidence) };
  });
}

/**
 * A way to read the network: how likely each image's label is, and how many are correct. `changes`: how many things differ
 * from the request.
 */
type LabelReading = {
  readonly id: string;
  readonly changes: number;
  readonly likely: readonly number[];
  /** 1 for each image that is correct, 0 for others. */
  readonly right: readonly number[];
};

function readings(
  trial: FeedTrial,
  labels: ArrayLike<number>,
  { classes, maps }: { readonly classes: number; readonly maps: readonly LabelMap[] },
): LabelReading[] {
  const { feed, logits } = trial;
  const scores = scoresOf(trial, labels.length, classes);
  /** ln of the softmax probability of a class, where it is a number and not almost impossible. */
  const likelihood = ({ at, logTotal }: LikelihoodScore, label: number | undefined): number => {
    const value = label === undefined ? Number.NaN : (logits[at + label] as number) - logTotal;
    return Number.isNaN(value) ? LEAST_LIKELY : Math.max(value, LEAST_LIKELY);
  };
  return maps.map(({ id, classOf }) => {
    const wanted = Array.from(labels, (label) => classOf[label]);
    const parts = [...feed.changes, id].filter((part) => part !== '');
    return {
      id: parts.join('; '),
      changes: parts.length,
      likely: scores.map((one, i) => likelihood(one, wanted[i])),
      right: scores.map(({ answer }, i) => Number(answer === wanted[i])),
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

/**
 * Says which usual mistake explains a low score, by the paired log-likelihood of the labels under every feed and numbering
 * of classes. The first trial is the request itself. `labels`: one for each image, at least two. A mistake is named only
 * where it makes the labels more likely than the request does, and more images correct, both at an error rate of 0.01 over
 * all that are tried.
 */
export function diagnose(
  [asked, ...others]: readonly [FeedTrial, ...FeedTrial[]],
  labels: ArrayLike<number>,
  classes: number,
): ScoreDiagnosis {
  const read = { classes, maps: labelMapsFor(classes) };
  const [request, ...renumbered] = readings(asked, labels, read) as [LabelReading, ...LabelReading[]];
  const tried = [...renumbered, ...others.flatMap((trial) => readings(trial, labels, read))];
  // Both: of two networks that see noise, the less certain one makes the labels more likely.
  const isBetter = ({ likely, right }: LabelReading) =>
    Math.max(pairedP(likely, request.likely), pairedP(right, request.right)) < ALPHA / tried.length;
  const better = tried.filter(isBetter).sort((a, b) => mean(b.likely) - mean(a.likely));
  const [likeliest] = better;
  const equal = likeliest === undefined ? [] : better.filter((one) => pairedP(likeliest.likely, one.likely) >= APART);
  // Of those that the images cannot tell apart, the one with the fewest changes.
  const [best, ...rest] = equal.sort((a, b) => a.changes - b.changes);
  const explained = ({ id, right }: LabelReading): Explanation => ({ mistake: id, right: sum(right) });
  const simple = rest.filter(({ changes }) => changes === best?.changes);
  return {
    images: labels.length,
    right: sum(request.right),
    best: best === undefined ? null : explained(best),
    equal: simple.map(explained),
  };
}
