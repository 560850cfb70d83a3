import { type Accuracy, decisionsOf, decoded, otherSet } from '../../../suites/accuracy/figures.ts';
import type { Decided } from '../../../suites/accuracy/schema.ts';
import { differingOf, type Paired, paired } from '../../../suites/stats/paired.ts';
import { sessionsOf } from '../../table/lookup.ts';
import type { RowStatus } from '../../table/status.ts';
import { measured, rowOf, type Subject, type Table } from '../../table/table.ts';

/** A backend, or PyTorch, and its class of each image that it classified, by the image's number. */
export type Classifier = {
  readonly name: string;
  /** Undefined for PyTorch, which is a stored list. */
  readonly status: RowStatus | undefined;
  readonly figures: Accuracy;
  readonly classes: ReadonlyMap<number, number>;
  /** The difference of the two largest logits; empty for PyTorch. */
  readonly margins: ReadonlyMap<number, number>;
};

/** Two classifiers on the images that both classified. `images` are the numbers of those with two classes. */
export type ClassifierPair = Omit<Paired, 'images'> & {
  readonly first: number;
  readonly second: number;
  readonly common: number;
  readonly images: readonly number[];
};

/** An image that not all classifiers give one class. */
export type Disputed = { readonly image: number; readonly label: number; readonly decided: Decided | undefined };

/** How the backends of one network classify the same images. */
export type ClassAgreement = {
  readonly subject: Subject;
  readonly members: readonly Classifier[];
  readonly pairs: readonly ClassifierPair[];
  readonly disputed: readonly Disputed[];
};

type Decoded = NonNullable<ReturnType<typeof decoded>>;

/** A list of values by the number of their image. */
const byImage = (numbers: readonly number[], values: readonly number[]): Map<number, number> =>
  new Map(numbers.map((image, i) => [image, values[i] ?? Number.NaN]));

/** PyTorch's stored classes, of the images that a backend classified. */
function pytorchOf(figures: Accuracy, { numbers, answers }: Decoded): Classifier | undefined {
  if (figures.differs === null) return undefined;
  const classes = byImage(numbers, answers);
  for (const { image, expected } of figures.differs) classes.set(image, expected);
  return { name: 'PyTorch', status: undefined, figures, classes, margins: new Map() };
}

/** The classes of these images; NaN where an image was not classified. */
const classesOf = ({ classes }: Classifier, numbers: readonly number[]): Float64Array =>
  Float64Array.from(numbers, (image) => classes.get(image) ?? Number.NaN);

/** Compares two classifiers: the class of each of these images by the one and by the other, NaN where there is none. */
function pairOf(
  [first, second]: readonly [number, number],
  [a, b]: readonly [Float64Array, Float64Array],
  labels: ReadonlyMap<number, number>,
): ClassifierPair {
  const [numbers, truth] = [[...labels.keys()], [...labels.values()]];
  const common = numbers.flatMap((_, i) => (Number.isNaN(a[i]) || Number.isNaN(b[i]) ? [] : [i]));
  const of = (values: ArrayLike<number>) =>
    common.length === numbers.length ? values : Float64Array.from(common, (i) => values[i] as number);
  const pair = paired(of(a), of(b), of(truth));
  const images = differingOf(pair).map((i) => numbers[common[i] as number] as number);
  return { ...pair, first, second, common: common.length, images };
}

function agreementOf(subject: Subject, backends: readonly (Classifier & { decoded: Decoded })[]): ClassAgreement {
  const [most] = [...backends].sort((a, b) => b.figures.images - a.figures.images);
  const known = most && pytorchOf(most.figures, most.decoded);
  const members = known === undefined ? backends : [...backends, known];
  const labels = new Map<number, number>();
  for (const { decoded } of backends)
    for (const [i, image] of decoded.numbers.entries()) labels.set(image, decoded.labels[i] as number);
  const numbers = [...labels.keys()];
  const classes = members.map((one) => classesOf(one, numbers));
  const pairs = classes.flatMap((b, second) =>
    classes.slice(0, second).map((a, first) => pairOf([first, second], [a, b], labels)),
  );
  const decided = new Map(
    backends.flatMap(({ figures }) => {
      const { wrong, ties, same } = decisionsOf(figures);
      return [...same, ...ties, ...wrong].map((one) => [one.image, one] as const);
    }),
  );
  const disputed = [...new Set(pairs.flatMap(({ images }) => images))]
    .sort((a, b) => a - b)
    .map((image): Disputed => ({ image, label: labels.get(image) ?? -1, decided: decided.get(image) }));
  return { subject, members, pairs, disputed };
}

/**
 * Each network's classifiers of the same images, in plan order. A network whose images no second one classified, be it a
 * backend or PyTorch, and older files without the class of each image are left out.
 */
export function classAgreements(table: Table): ClassAgreement[] {
  return table.subjects.flatMap((subject) => {
    const backends = sessionsOf(table, subject).flatMap((session) => {
      const row = rowOf(session, 'accuracy');
      const figures = measured(row, 'accuracy');
      const each = figures && decoded(figures);
      if (row === undefined || figures === undefined || each === undefined) return [];
      const [classes, margins] = [byImage(each.numbers, each.answers), byImage(each.numbers, each.margins)];
      return [{ name: session.backend, status: row.status, figures, classes, margins, decoded: each }];
    });
    const [first] = backends;
    if (first === undefined) return [];
    const same = backends.filter(({ figures }) => otherSet(first.figures, figures) === undefined);
    const agreement = agreementOf(subject, same);
    return agreement.members.length > 1 ? [agreement] : [];
  });
}

/** Backends that gave each image the same class, and the figures of the one that classified the most. */
export type AlikeBackends = { readonly backends: string[]; readonly figures: Accuracy };

/** Whether one gave the first images of another the same classes. */
const begins = (a: Accuracy, b: Accuracy): boolean =>
  otherSet(a, b) === undefined &&
  a.parts === undefined &&
  b.parts === undefined &&
  (a.each?.answers.every((answer, i) => answer === b.each?.answers[i]) ?? false);

/** A subject's backends, those with the same classes together, the most images first. Those of older files are left out. */
export function alike(
  rows: readonly { readonly backend: string; readonly figures: Accuracy | undefined }[],
): AlikeBackends[] {
  const known = rows.flatMap(({ backend, figures }) => (figures?.each ? [{ backend, figures }] : []));
  const groups: AlikeBackends[] = [];
  for (const { backend, figures } of known.sort((a, b) => b.figures.images - a.figures.images)) {
    const group = groups.find((one) => begins(figures, one.figures));
    if (group === undefined) groups.push({ backends: [backend], figures });
    else group.backends.push(backend);
  }
  return groups;
}
