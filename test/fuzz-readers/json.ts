import type { Mutator } from './bytes.ts';
import { digits, growth } from './bytes.ts';
import type { Dice } from './input.ts';

/** Placeholder for a value while the rest is written, since JSON.stringify could not write what replaces it. */
const MARK = '@mark@';

type Holder = { [key: string]: unknown };

/** An object or list at random in a JSON value, with one of its keys. */
function place(value: unknown, dice: Dice): { holder: Holder; key: string } | undefined {
  let found: { holder: Holder; key: string } | undefined;
  for (let at = value; typeof at === 'object' && at !== null; ) {
    const keys = Object.keys(at);
    if (keys.length === 0) break;
    const key = dice.pick(keys);
    found = { holder: at as Holder, key };
    if (dice.chance(0.25)) break;
    at = (at as Holder)[key];
  }
  return found;
}

function nested(dice: Dice): string {
  const depth = 1 + dice.below(dice.pick([6, 100, 5000, 100_000]));
  const [open, close] = dice.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['[[],', ']'],
  ] as const);
  return `${open.repeat(depth)}0${close.repeat(depth)}`;
}

const WORDS = ['', '__proto__', 'constructor', 'toString', 'a/b', '../../etc/passwd', '\u0000', '\u202e', '=1+1', 'x'];

/** A text that replaces a value. */
function replacement(old: unknown, dice: Dice): string {
  const text = JSON.stringify(old) ?? 'null';
  const many = (unit: string) =>
    Array(1 + dice.below(Math.ceil(growth(dice) / unit.length)))
      .fill(unit)
      .join(',');
  return dice.pick([
    () => digits(dice),
    () => digits(dice),
    () => dice.pick(['null', 'true', 'false', '[]', '{}', '""', '"x"', '[null]', 'NaN', '[[]]']),
    () => JSON.stringify(dice.pick(WORDS)),
    () => JSON.stringify(dice.pick(WORDS).padEnd(growth(dice), 'xy\n')),
    () => nested(dice),
    () => `[${many(text)}]`,
    () => `[${many(digits(dice))}]`,
    () => `{"__proto__":${text}}`,
    () => `{${JSON.stringify(dice.pick(WORDS))}:${text}}`,
  ])();
}

/** Whether a text is nested too deep for JSON.stringify, which is recursive. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const mark of text) {
    if (mark === '[' || mark === '{') depth++;
    if (mark === ']' || mark === '}') depth--;
    if (depth > 500) return true;
  }
  return false;
}

/** One change to a JSON text; undefined where it is not JSON, or too deep. */
function mutateJson(text: string, dice: Dice): string | undefined {
  if (isDeep(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const found = place(value, dice);
  if (found === undefined) return replacement(value, dice);
  const { holder, key } = found;
  const old = holder[key];
  const put = (instead: string) => JSON.stringify(value).replace(JSON.stringify(MARK), () => instead);
  const action = dice.below(8);
  if (action === 0) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
    return JSON.stringify(value);
  }
  const text2 = JSON.stringify(old) ?? 'null';
  holder[key] = MARK;
  if (action > 2) return put(replacement(old, dice));
  // The key, or the item, again: the same value, another, or very often.
  const again = Array.isArray(holder) ? '' : `${JSON.stringify(dice.chance(0.7) ? key : dice.pick(WORDS))}:`;
  if (action === 1) return put(`${text2},${again}${dice.chance(0.5) ? text2 : replacement(old, dice)}`);
  const unit = `,${again}${text2}`;
  return put(text2 + unit.repeat(1 + dice.below(Math.ceil(growth(dice) / unit.length))));
}

/** Changes to a JSON text that usually leave it valid JSON. */
export const jsonMutator: Mutator = (bytes, dice) => {
  const text = mutateJson(bytes.toString('utf8'), dice);
  return text === undefined ? bytes : Buffer.from(text);
};

/** Changes to lines, each a JSON text. */
export const linesMutator: Mutator = (bytes, dice) => {
  const lines = bytes.toString('utf8').split('\n');
  const at = dice.below(lines.length);
  const line = lines[at] ?? '';
  const action = dice.below(10);
  if (action === 0) lines.splice(at, 1);
  else if (action === 1) lines.splice(dice.below(lines.length + 1), 0, line);
  else if (action === 2)
    // Too many to be arguments of a call.
    lines[at] = Array<string>(1 + Math.ceil(growth(dice) / (line.length + 1)))
      .fill(line)
      .join('\n');
  else lines[at] = mutateJson(line, dice) ?? line;
  return Buffer.from(lines.join('\n'));
};
