import { isObject, parseJson } from '../json.ts';
import { quote } from '../quote.ts';

/** What a file says of an image: its right labels, as words (none: it is not to be scored), or two different lines. */
export type Given = { readonly words: readonly string[] } | { readonly twice: readonly [string, string] };

/** Labels by image name; or, without names, in the order of the images' names. */
export type Labels =
  | { readonly by: 'name'; readonly labels: ReadonlyMap<string, Given> }
  | { readonly by: 'order'; readonly labels: readonly Given[] };

/** Maximum of lines in a labels file. */
const MOST_LINES = 4_000_000;

function collect(pairs: Iterable<readonly [name: string, label: string]>): Labels {
  const labels = new Map<string, Given>();
  for (const [name, label] of pairs) {
    const known = labels.get(name);
    const [before = label] = known !== undefined && 'words' in known ? known.words : [];
    if (known === undefined) labels.set(name, { words: [label] });
    else if (before !== label) labels.set(name, { twice: [before, label] });
  }
  return { by: 'name', labels };
}

/** The fields of a CSV line (RFC 4180): commas separate, quotes may enclose. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  let [field, quoted] = ['', false];
  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    if (character === '"' && quoted && line[i + 1] === '"') field += line[i++];
    else if (character === '"') quoted = !quoted;
    else if (character === ',' && !quoted) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field].map((one) => one.trim());
}

/** Name and label of a line, or undefined. Kaggle's `LOC_val_solution.csv` writes boxes after the label. */
function pairOf(line: string): readonly [string, string] | undefined {
  const csv = line.includes(',');
  const [name = '', label = ''] = csv ? fieldsOf(line) : [line.replace(/\s+\S+$/, ''), line.match(/\s(\S+)$/)?.[1]];
  const [word = ''] = (label ?? '').split(/\s+/);
  return name === '' || word === '' ? undefined : [name, word];
}

/** The first line of a CSV file that names its columns. */
const isHeading = (line: string): boolean => /^"?(?:image_?id|image|file_?name|file|name|path)"?\s*,/i.test(line);

function parseLines(text: string): Labels {
  const lines = text.split(/\r?\n/);
  if (lines.length > MOST_LINES) throw new Error(`it has ${lines.length} lines, over the ${MOST_LINES} allowed`);
  return collect(
    (function* () {
      for (const [i, whole] of lines.entries()) {
        const line = whole.trim();
        if (line === '' || line.startsWith('#') || (i === 0 && isHeading(line))) continue;
        const pair = pairOf(line);
        if (pair === undefined) throw new Error(`line ${i + 1}, ${quote(line)}, is not a name and its label`);
        yield pair;
      }
    })(),
  );
}

const isWord = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/** An image's right labels from JSON: one, or a list. */
function givenBy(value: unknown, whose: string): Given {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const words = list.filter(isWord);
  if (words.length !== list.length)
    throw new Error(`the label of ${whose} is neither text nor number nor a list of them`);
  return { words: [...new Set(words.map(String))] };
}

function fromJson(text: string): Labels {
  const value: unknown = parseJson(text);
  if (Array.isArray(value)) return { by: 'order', labels: value.map((one, i) => givenBy(one, `image ${i}`)) };
  if (!isObject(value)) throw new Error('it is neither a JSON object of labels by image name nor a list');
  const labels = Object.entries(value).map(([name, label]) => [name, givenBy(label, quote(name))] as const);
  return { by: 'name', labels: new Map(labels) };
}

/**
 * Parses a labels file: CSV, `name label` on each line (names may have spaces, labels not), or JSON: an object of labels
 * by name, or a list in the order of names, as ReaL's (Beyer et al. 2020). In JSON, a list of labels means that each is
 * right, and an empty one that the image is not scored. Throws one line, without the file's name, where it is something
 * else.
 */
export function parseLabels(text: string): Labels {
  const parsed = /^\s*[[{]/.test(text) ? fromJson(text) : parseLines(text.replace(/^\uFEFF/, ''));
  if ((parsed.by === 'name' ? parsed.labels.size : parsed.labels.length) === 0) throw new Error('it has no labels');
  return parsed;
}
