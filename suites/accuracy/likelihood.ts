/** Logits of images in order, [images, classes], and the class that each should have; undefined where it has none. */
export type LabelledLogits = {
  readonly logits: ArrayLike<number>;
  readonly classes: number;
  readonly wanted: readonly (number | undefined)[];
};

/** An image counts for at most this much, so that a few of extreme logits do not decide. */
const LEAST_LIKELY = Math.log(1e-4);

/** Steps of Newton's method at most. It takes about five. */
const STEPS = 20;

/** The first logit of an image and the largest of its logits; undefined where one is no finite number. */
type ImageLogits = { readonly at: number; readonly best: number };

function logitsOf(logits: ArrayLike<number>, image: number, classes: number): ImageLogits | undefined {
  const at = image * classes;
  let best = Number.NEGATIVE_INFINITY;
  for (let i = at; i < at + classes; i++) {
    if (!Number.isFinite(logits[i])) return undefined;
    best = Math.max(best, logits[i] as number);
  }
  return { at, best };
}

/**
 * ln of the softmax probability of each image's label, with logits scaled by the factor that makes the labels most likely
 * (temperature scaling, Guo et al. 2017). So a network that sees noise gains nothing from being less certain than another.
 * The likelihood is concave in the factor, which Newton's method finds; it is never negative.
 */
export function calibratedLikelihoods({ logits, classes, wanted }: LabelledLogits): number[] {
  const images = wanted.map((label, image) => {
    const found = label === undefined ? undefined : logitsOf(logits, image, classes);
    return found && { ...found, label: (logits[found.at + (label as number)] as number) - found.best };
  });
  /** Sum, mean and mean square of the softmax over one image's logits, less the largest of them. */
  const moments = ({ at, best }: ImageLogits, factor: number) => {
    let [sum, first, second] = [0, 0, 0];
    for (let i = at; i < at + classes; i++) {
      const value = (logits[i] as number) - best;
      const weight = Math.exp(factor * value);
      sum += weight;
      first += weight * value;
      second += weight * value * value;
    }
    return { sum, mean: first / sum, square: second / sum };
  };
  let factor = 1;
  for (let step = 0; step < STEPS; step++) {
    let [slope, curve] = [0, 0];
    for (const image of images) {
      if (image === undefined) continue;
      const { mean, square } = moments(image, factor);
      slope += image.label - mean;
      curve += square - mean * mean;
    }
    if (!(curve > 0)) break;
    // A step may be long where the curve is flat.
    const next = Math.min(Math.max(0, factor + slope / curve), 4 * factor + 1e-3);
    const moved = Math.abs(next - factor);
    factor = next;
    if (moved <= 1e-6 * factor) break;
  }
  return images.map((image) =>
    image === undefined
      ? LEAST_LIKELY
      : Math.max(factor * image.label - Math.log(moments(image, factor).sum), LEAST_LIKELY),
  );
}
