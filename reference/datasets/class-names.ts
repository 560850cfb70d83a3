import { quote } from '../quote.ts';
import { SYNSETS } from './synsets.ts';

/** What a network's logits number. */
export type Head = {
  /** The network's id, for messages. */
  readonly model: string;
  readonly classes: number;
  /** Names of its classes, in order; undefined where they are not known, as of a custom model. */
  readonly names: readonly string[] | undefined;
};

/** The class of a word, or why it has none. */
export type ClassOf = (word: string) => number | { readonly reason: string };

/** An error that says that labels do not fit a network: `reason` and `fix` as properties, and both in the message. */
const unfit = (reason: string, fix: string): Error => Object.assign(new Error(`${reason}: ${fix}`), { reason, fix });

const isNumber = (word: string): boolean => /^\d{1,9}$/.test(word);

/** Classes that are numbered. Throws where they are numbered from 1. */
function numbered(words: readonly string[], { model, classes }: Head): ClassOf {
  const numbers = words.map(Number);
  if (numbers.includes(classes) && !numbers.includes(0))
    throw unfit(
      `labels are numbered from 1 to ${classes}, and the classes of ${model} from 0 to ${classes - 1}`,
      'number them from 0',
    );
  return (word) =>
    Number(word) < classes
      ? Number(word)
      : { reason: `label ${quote(word)} is out of range: the classes of ${model} are 0 to ${classes - 1}` };
}

/** Classes by their names. Throws where no word is one of them. */
function named(words: readonly string[], { model, names = [] }: Head): ClassOf {
  const places = new Map(names.map((name, i) => [name, i]));
  if (!words.some((word) => places.has(word)))
    throw unfit(
      `no label (such as ${quote(words[0] ?? '')}) is a class of ${model}`,
      `write its classes' names, such as '${names[0]}', or their numbers from 0`,
    );
  return (word) => places.get(word) ?? { reason: `${quote(word)} is not a class of ${model}` };
}

/** Names of a network's classes, in order, by the labels of its images; undefined where they are numbers. */
export function namesOf(words: readonly string[], { classes, names }: Head): readonly string[] | undefined {
  if (names !== undefined || words.every(isNumber)) return names;
  return words.length === classes ? words : SYNSETS;
}

/**
 * What class each label means. `words` are all labels, sorted and without duplicates: names of folders, or those in a
 * file. Numbers are class numbers from 0. Synset ids are ImageNet's classes where the network has 1,000, so that a set
 * with fewer folders is scored against all of them. Names of the network's own classes are those. Any others number the
 * classes of a custom model in their order, as torchvision's ImageFolder does, if there are as many. Throws one line
 * where labels do not fit the network.
 */
export function classesOf(words: readonly string[], head: Head): ClassOf {
  const { model, classes, names } = head;
  if (words.every(isNumber)) return numbered(words, head);
  if (names !== undefined) return named(words, head);
  if (classes === SYNSETS.length && words.every((word) => SYNSETS.includes(word)))
    return named(words, { model, classes, names: SYNSETS });
  if (words.length !== classes)
    throw unfit(
      `${model} has ${classes} classes, and there are ${words.length} labels, such as ${quote(words[0] ?? '')}`,
      "give as many as it has classes, or class numbers, or ImageNet's synset ids for 1000 classes",
    );
  return named(words, { model, classes, names: words });
}
