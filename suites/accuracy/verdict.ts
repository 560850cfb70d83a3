import { LOCATE, suspect, wrong } from '../contract/checks.ts';
import { differing } from '../contract/differing.ts';
import { partial } from '../contract/partial.ts';
import type { Finding } from '../contract/suite.ts';
import { count } from '../stats/format.ts';
import { numbersOf, plannedOf } from './parts.ts';
import type { AccuracyResult, Decided } from './schema.ts';

/**
 * Whether no rounding explains an image: the reference leads its class by more than both logits may err, or a logit is NaN
 * or infinite where the reference's is finite.
 */
export const isWrongClass = ({ got, reference, lead, allowed, nonfinite = 0 }: Decided): boolean =>
  nonfinite > 0 || (got !== reference && lead > allowed);

/** Whether rounding may exchange the two classes: the image accuses nobody. */
export const isTie = (one: Decided): boolean => one.got !== one.reference && !isWrongClass(one);

/** An image as text: its number, and its file where it has one. */
const imageText = (image: number, names: AccuracyResult['names']): string => {
  const name = names?.find((one) => one.image === image)?.name;
  return name === undefined ? `image ${image}` : `image ${image}, ${name}`;
};

/**
 * `2 of 1,000 images have a class that the float64 reference rules out; image 7: class 3 instead of 5, …`. `classes`, `logits`:
 * whether the reference decided on all images that differ in their class, and on all with logits that are NaN or infinite.
 */
function ruledOut(
  decided: readonly Decided[],
  { images, names }: Pick<AccuracyResult, 'images' | 'names'>,
  { classes, logits: values }: { readonly classes: boolean; readonly logits: boolean },
): string | undefined {
  const found = decided.filter(isWrongClass).sort((a, b) => b.lead - a.lead);
  const [worst] = found;
  if (worst === undefined) return undefined;
  const broken = found.filter(({ nonfinite = 0 }) => nonfinite > 0);
  const [first] = broken;
  if (first !== undefined) {
    const logits = `${count(first.nonfinite ?? 0, 'logit')} NaN or infinite where the reference's are finite`;
    return `${values ? '' : 'at least '}${broken.length} of ${count(images, 'image')} ${broken.length === 1 ? 'has' : 'have'} logits that the float64 reference rules out; ${imageText(first.image, names)}: ${logits}`;
  }
  const { image, got, reference, lead, allowed } = worst;
  const verb = found.length === 1 ? 'has' : 'have';
  return `${classes ? '' : 'at least '}${found.length} of ${count(images, 'image')} ${verb} a class that the float64 reference rules out; ${imageText(image, names)}: class ${got} instead of ${reference}, which leads by ${lead.toPrecision(3)} where errors of ${allowed.toExponential(1)} are allowed`;
}

/** Images that differ and that the reference did not decide on, as text; undefined where there are none. */
function undecided({ differs, settled }: AccuracyResult): string | undefined {
  if (settled === undefined) return differing(differs ?? [], 'images');
  if (settled.chosen === 'samples' || settled.open === 0) return undefined;
  return `${count(settled.open, 'image')} more with another class than ${differs === null ? 'an earlier backend gave' : 'PyTorch gives'} ${settled.open === 1 ? 'was' : 'were'} not settled: ${settled.why}; not proven wrong: conformance of this network decides`;
}

/**
 * `wrong` where the float64 reference rules a class out; `suspect` where logits are NaN or infinite, or differing images
 * were not settled. A tie is no finding.
 */
export function verdict(result: AccuracyResult): Finding {
  const { nonfinite = 0, images, settled } = result;
  const whole = settled?.open === 0;
  return (
    wrong(
      ruledOut(settled?.images ?? [], result, { classes: whole && settled.chosen === 'differing', logits: whole }),
    ) ??
    suspect(
      nonfinite > 0
        ? `${nonfinite} logits are NaN or infinite; not proven wrong, since the reference was not asked about all of these images: ${LOCATE}`
        : undecided(result),
    ) ??
    partial(images, plannedOf(result), 'image')
  );
}

/** Whether two results are of the same images: the set, its pixels where both know them, and the part. */
const isOfSameSet = (a: AccuracyResult, b: AccuracyResult): boolean =>
  a.dataset === b.dataset && a.available === b.available && (a.pixels ?? b.pixels) === (b.pixels ?? a.pixels);

/**
 * `wrong` where the reference, asked by another backend's visit, rules out this result's class of an image. So a backend
 * that ran first, with nothing to compare with, is judged too.
 */
export function across(own: AccuracyResult, others: readonly AccuracyResult[]): Finding {
  const { answers } = own;
  if (answers === undefined) return undefined;
  const given = new Map(numbersOf(own).map((image, i) => [image, answers[i] as number]));
  const decided = others
    .filter((other) => isOfSameSet(own, other))
    .flatMap((other) => other.settled?.images ?? [])
    .map((one) => {
      const got = given.get(one.image) ?? one.reference;
      // Of a class that the other did not give, only this is known: the reference leads it by its margin at least.
      const lead = got === one.got ? one.lead : one.margin;
      // Its logits are not this backend's.
      return { ...one, got, lead, nonfinite: undefined };
    });
  const found = new Map(decided.map((one) => [one.image, one]));
  return wrong(ruledOut([...found.values()], own, { classes: false, logits: false }));
}
