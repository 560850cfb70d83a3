import { isObject } from '../json.ts';
import { quote, shapeText, shown } from '../quote.ts';
import { sizeOf } from '../tensor.ts';
import type { StoredTensor } from './checkpoint.ts';
import { DTYPES, type DtypeName, decode } from './dtype.ts';
import { MOST_DIMENSIONS } from './strided.ts';

/** Maximum of bytes in a header, as in the format's own library. */
const HEADER_CAP = 100_000_000;
const METADATA = '__metadata__';
const PREFIX = 8;

type Entry = {
  readonly name: string;
  readonly dtype: DtypeName;
  readonly shape: readonly number[];
  from: number;
  to: number;
};

const damaged = (what: string): Error => new Error(`damaged safetensors file: ${what}; fetch it again`);

const isNatural = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Whether the content looks like safetensors: a JSON object after 8 bytes. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[PREFIX] === 0x7b;
}

/** Maximum nesting of a header. An honest one has three levels: names, their properties, and lists of numbers. */
const DEEPEST = 4;
/** Maximum of values in a header. A tensor takes about 10. */
const MOST_VALUES = 4_000_000;

/**
 * Number of keys in a JSON text, including those of nested objects. The text need not be valid, but then the number is
 * meaningless. Throws where it is nested too deep, or has too many values, before it is parsed.
 */
function countKeys(text: string): number {
  let [keys, values, depth] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (mark === '"') for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    if (mark === ':') keys++;
    if (mark === ',') values++;
    if (mark === ']' || mark === '}') depth--;
    if (mark !== '[' && mark !== '{') continue;
    values++;
    if (++depth > DEEPEST) throw damaged(`its header is nested deeper than ${DEEPEST}`);
  }
  if (values > MOST_VALUES) throw damaged(`its header has more than ${MOST_VALUES} values`);
  return keys;
}

/** Number of keys of a JSON value, including those of nested objects. Its nesting must be bounded. */
function keysOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const values = Object.values(value);
  return values.reduce((sum: number, one) => sum + keysOf(one), Array.isArray(value) ? 0 : values.length);
}

/** The result of an action that throws where the header is not JSON. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch {
    throw damaged('its header is not JSON in UTF-8');
  }
}

/** The header, and where the tensors' bytes begin. */
function readHeader(bytes: Uint8Array): { header: { readonly [name: string]: unknown }; start: number } {
  if (bytes.length < PREFIX) throw damaged(`it has ${bytes.length} bytes, fewer than the header's length takes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, PREFIX).getBigUint64(0, true);
  if (length > HEADER_CAP) throw damaged(`its header is said to be ${length} bytes, over the ${HEADER_CAP} allowed`);
  const start = PREFIX + Number(length);
  if (start > bytes.length) throw damaged(`its header of ${length} bytes goes beyond the file's ${bytes.length}`);
  const text = attempt(() =>
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(PREFIX, start)),
  );
  const keys = countKeys(text);
  const header = attempt((): unknown => JSON.parse(text));
  if (!isObject(header)) throw damaged('its header is no JSON object');
  // JSON.parse keeps the last of two equal keys; another reader may keep the first.
  if (keys !== keysOf(header)) throw damaged('its header has a name twice');
  return { header, start };
}

function readEntry(name: string, value: unknown, total: number): Entry {
  const { dtype, shape, data_offsets: range, ...more } = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(range) || Object.keys(more).length > 0)
    throw damaged(`${quote(name)} is not described by dtype, shape and data_offsets`);
  if (!Object.hasOwn(DTYPES, dtype))
    throw new Error(
      `${quote(name)} is of type ${shown(dtype)}: convert it to one of ${Object.keys(DTYPES).join(', ')}`,
    );
  if (shape.length > MOST_DIMENSIONS)
    throw damaged(`${quote(name)} has ${shape.length} dimensions, over the ${MOST_DIMENSIONS} that a tensor may have`);
  if (!shape.every(isNatural)) throw damaged(`the shape of ${quote(name)} is no list of natural numbers`);
  const [from, to] = range;
  if (range.length !== 2 || !isNatural(from) || !isNatural(to) || from > to || to > total)
    throw damaged(`${quote(name)} lies at ${shapeText(range)}, outside the ${total} bytes of data`);
  const known = dtype as DtypeName;
  const size = sizeOf(shape) * DTYPES[known].bytes;
  if (to - from !== size)
    throw damaged(`${quote(name)} ${shapeText(shape)} of ${dtype} needs ${size} bytes, but its range has ${to - from}`);
  return { name, dtype: known, shape, from, to };
}

/** Throws where ranges overlap or leave gaps, which could hide other content. */
function mustTile(entries: readonly Entry[], total: number): void {
  let end = 0;
  let before = 'the header';
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end) throw damaged(`${quote(name)} overlaps ${before}`);
    if (from > end) throw damaged(`${from - end} bytes between ${before} and ${quote(name)} belong to no tensor`);
    [end, before] = [to, quote(name)];
  }
  if (end !== total) throw damaged(`${total - end} bytes after ${before} belong to no tensor`);
}

/**
 * The tensors of a safetensors file (github.com/huggingface/safetensors, *Format*), as float32. Throws one clear error
 * where the header is too long, no JSON or has a name twice, where a type is none of `DTYPES`, and where ranges do not
 * fit their shapes or do not cover the file's bytes once each.
 */
export function readSafetensors(bytes: Uint8Array): Map<string, StoredTensor> {
  const { header, start } = readHeader(bytes);
  const { [METADATA]: metadata = {}, ...rest } = header;
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string'))
    throw damaged(`its ${METADATA} is no map of texts`);
  const total = bytes.length - start;
  const entries = Object.entries(rest).map(([name, value]) => readEntry(name, value, total));
  mustTile(entries, total);
  return new Map(
    entries.map(({ name, dtype, shape, from, to }) => {
      const data = decode(DTYPES[dtype], bytes.subarray(start + from, start + to));
      return [name, { shape, data }];
    }),
  );
}
