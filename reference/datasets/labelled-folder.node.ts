import { readFile, stat } from 'node:fs/promises';
import { quote } from '../quote.ts';
import { type ClassOf, classesOf, type Head, namesOf } from './class-names.ts';
import { type Given, type Labels, parseLabels } from './labels.ts';
import { byCodePoints, type Listed, listImages, type Skipped } from './list-images.node.ts';

/** An image's path below its folder, with `/`, its class, and other classes that are right too, if any. */
export type LabelledImage = { readonly name: string; readonly label: number; readonly also?: readonly number[] };

/** A folder's images with their classes, in order. */
export type LabelledFolder = {
  readonly root: string;
  readonly images: readonly LabelledImage[];
  readonly skipped: readonly Skipped[];
  /** Names of the network's classes, in order; absent where labels are numbers. */
  readonly classNames?: readonly string[] | undefined;
  /** What a user should know about it, a line each. */
  readonly notes: readonly string[];
};

/** Where images and their labels are. `labels`: a file of labels; undefined where folders are the labels. */
export type FolderSource = { readonly folder: string; readonly labels: string | undefined };

/** Maximum of bytes in a labels file. */
const MOST_BYTES = 2 ** 28;

/** Folders of the parts into which a set is divided, not of classes. */
const PARTS = ['train', 'val', 'valid', 'validation', 'test'];

const unique = (words: Iterable<string>): string[] => [...new Set(words)].sort(byCodePoints);

/** An image's right labels as they are written, or why it has none. */
type Word = { readonly name: string } & ({ readonly words: readonly string[] } | { readonly reason: string });

/** Each image's label from its folder. Throws where there are no class folders. */
function byFolder({ images, folders }: Listed, folder: string): Word[] {
  if (folders.length === 0)
    throw new Error(`${folder} has no folder for each class: give the images' labels with --labels FILE`);
  const [part] = folders.filter((name) => PARTS.includes(name));
  if (part !== undefined && folders.every((name) => PARTS.includes(name)))
    throw new Error(`${folder} is divided into ${folders.join(', ')}: give one of them, such as ${folder}/${part}`);
  return images.map((name) => {
    const end = name.indexOf('/');
    return end < 0 ? { name, reason: 'it is in no class folder' } : { name, words: [name.slice(0, end)] };
  });
}

async function readLabels(path: string): Promise<Labels> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Error(`no labels file ${path}`);
  if (found.size > MOST_BYTES) throw new Error(`${path} has ${found.size} bytes, over the ${MOST_BYTES} allowed`);
  const text = await readFile(path, 'utf8');
  try {
    return parseLabels(text);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
}

function wordOf(name: string, given: Given | undefined): Word {
  if (given === undefined) return { name, reason: 'it has no label' };
  if ('twice' in given) {
    const [one, other] = given.twice;
    return { name, reason: `it has two labels, ${quote(one)} and ${quote(other)}` };
  }
  return given.words.length === 0 ? { name, reason: 'no label is right for it' } : { name, words: given.words };
}

const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Each image's label from a file, whose names may lack folders and endings; and names without an image. */
function byFile({ images }: Listed, labels: Labels, path: string): Word[] {
  if (labels.by === 'order') {
    if (labels.labels.length !== images.length)
      throw new Error(`${path} has labels of ${labels.labels.length} images, and the folder has ${images.length}`);
    const ordered = [...images].sort((a, b) => byCodePoints(baseOf(a), baseOf(b)));
    const given = new Map(ordered.map((name, i) => [name, labels.labels[i]]));
    return images.map((name) => wordOf(name, given.get(name)));
  }
  const given = labels.labels;
  const used = new Set<string>();
  const words = images.map((name): Word => {
    const base = baseOf(name);
    const forms = [name, base, name.replace(/\.[^./]+$/, ''), base.replace(/\.[^.]+$/, '')];
    const key = forms.find((form) => given.has(form));
    if (key !== undefined) used.add(key);
    return wordOf(name, key === undefined ? undefined : given.get(key));
  });
  const absent = [...given.keys()].filter((name) => !used.has(name));
  return [...words, ...absent.map((name) => ({ name, reason: 'there is no such image' }))];
}

/** The classes of an image's labels, or why it has none. */
function labelled({ name, ...given }: Word, classOf: ClassOf): LabelledImage | Skipped {
  if ('reason' in given) return { name, reason: given.reason };
  const classes: number[] = [];
  for (const word of given.words) {
    const found = classOf(word);
    if (typeof found !== 'number') return { name, reason: found.reason };
    classes.push(found);
  }
  const [label, ...also] = classes;
  if (label === undefined) return { name, reason: 'it has no label' };
  return also.length === 0 ? { name, label } : { name, label, also };
}

/**
 * Lists the images of a folder with their classes: of its folders at the top, or of a labels file. Images without a
 * class of the network are in `skipped`. Throws one line where the folder or the labels do not fit the network, and where
 * no image is left.
 */
export async function labelFolder({ folder, labels }: FolderSource, head: Head): Promise<LabelledFolder> {
  const listed = await listImages(folder);
  if (listed.images.length === 0)
    throw new Error(
      `${folder} has no images: JPEG, PNG and WebP files are read${listed.skipped[0] ? `; ${listed.skipped[0].name}: ${listed.skipped[0].reason}` : ''}`,
    );
  const words = labels === undefined ? byFolder(listed, folder) : byFile(listed, await readLabels(labels), labels);
  const given = labels === undefined ? listed.folders : words.flatMap((one) => ('words' in one ? one.words : []));
  if (given.length === 0) throw new Error(`${labels} names none of the ${listed.images.length} images in ${folder}`);
  const distinct = unique(given);
  const classOf = classesOf(distinct, head);
  const images: LabelledImage[] = [];
  const skipped: Skipped[] = [...listed.skipped];
  for (const one of words) {
    const image = labelled(one, classOf);
    if ('reason' in image) skipped.push(image);
    else images.push(image);
  }
  const [first] = skipped;
  if (images.length === 0)
    throw new Error(
      `no image in ${folder} has a class of ${head.model}: ${quote(first?.name ?? '')}: ${first?.reason}`,
    );
  const filled = new Set(listed.images.map((name) => name.slice(0, name.indexOf('/'))));
  const empty = labels === undefined ? listed.folders.filter((name) => !filled.has(name)) : [];
  const notes = empty.map((name) => `the class folder ${quote(name)} has no images`);
  return { root: listed.root, images, skipped, notes, classNames: namesOf(distinct, head) };
}
