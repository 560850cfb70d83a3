import { isObject } from './json.ts';
import { limited, type Truth } from './judge/bounds.ts';
import type { Limits } from './judge/limits.ts';
import { sizeOf } from './tensor.ts';

/** Truths of each input, by tap; `logits` is always one of them. */
export type Truths = readonly ReadonlyMap<string, Truth>[];

type Entry = {
  readonly input: number;
  readonly tap: string;
  readonly shape: readonly number[];
  /** Number of channels with limits of their own. */
  readonly channels: number;
};

/** Bytes of a SHA-256, and maximum of bytes in an index: some taps of some inputs take hundreds. */
const DIGEST = 32;
const MOST_INDEX = 2 ** 20;

/** Offset of the values: after the digest, the index's length and the index, at a multiple of 8 bytes. */
const startOf = (index: number): number => 8 * Math.ceil((DIGEST + 4 + index) / 8);

/** SHA-256 of all that follows the digest. Pages can compute it too, since loopback is a secure context. */
const digestOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes.subarray(DIGEST)));

/**
 * Truths as one file: a SHA-256 of the rest, the length of a JSON index, the index padded to 8 bytes, then value and
 * limits of each entry. Throws where a truth has no limits.
 */
export async function encodeTruths(truths: Truths): Promise<Uint8Array<ArrayBuffer>> {
  const entries: Entry[] = [];
  const parts: Float64Array[] = [];
  for (const [input, taps] of truths.entries())
    for (const [tap, { value, limits }] of taps) {
      if (limits === undefined) throw new Error(`the truth of ${tap} has no limits`);
      const { direct, wide } = limits;
      entries.push({ input, tap, shape: value.shape, channels: direct.channels.length });
      parts.push(value.data, Float64Array.of(direct.l2, direct.largest, wide.l2, wide.largest));
      parts.push(direct.channels, wide.channels);
    }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  if (json.length > MOST_INDEX) throw new Error(`the truths of ${entries.length} tensors are too many for one file`);
  let at = startOf(json.length);
  const bytes = new Uint8Array(at + parts.reduce((sum, part) => sum + part.byteLength, 0));
  new DataView(bytes.buffer).setUint32(DIGEST, json.length, true);
  bytes.set(json, DIGEST + 4);
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  bytes.set(await digestOf(bytes));
  return bytes;
}

const isExtent = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** An entry of the index as it was written, or undefined. */
function entryOf(value: unknown): Entry | undefined {
  if (!isObject(value)) return undefined;
  const { input, tap, shape, channels } = value;
  if (typeof input !== 'number' || !Number.isSafeInteger(input) || input < 0) return undefined;
  if (typeof tap !== 'string' || tap === '' || !Array.isArray(shape) || !shape.every(isExtent)) return undefined;
  if (channels !== 0 && !isExtent(channels)) return undefined;
  return { input, tap, shape, channels };
}

/** The index, and the offset of the values. Throws where there is no index. */
function readIndex(bytes: Uint8Array<ArrayBuffer>): { entries: Entry[]; start: number } {
  const length = new DataView(bytes.buffer).getUint32(DIGEST, true);
  if (length > MOST_INDEX || startOf(length) > bytes.length) throw new Error(`its index claims ${length} bytes`);
  let index: unknown;
  try {
    index = JSON.parse(new TextDecoder().decode(bytes.subarray(DIGEST + 4, DIGEST + 4 + length)));
  } catch {
    throw new Error('its index is not JSON');
  }
  if (!Array.isArray(index)) throw new Error('its index is no list');
  const entries = index.map((value, i) => {
    const entry = entryOf(value);
    if (entry === undefined) throw new Error(`entry ${i} of its index is damaged`);
    return entry;
  });
  return { entries, start: startOf(length) };
}

/**
 * Decodes what encodeTruths wrote. Throws one line where a bit has changed, where it is truncated, or where its index
 * and its values do not match.
 */
export async function decodeTruths(bytes: Uint8Array): Promise<Truths> {
  if (bytes.length < startOf(0)) throw new Error(`it has ${bytes.length} bytes, fewer than any`);
  // A copy whose buffer starts where the bytes do, as typed arrays over it need.
  const copy = new Uint8Array(bytes);
  const actual = await digestOf(copy);
  if (actual.some((byte, i) => byte !== copy[i]))
    throw new Error('its content does not have the SHA-256 that it names');
  const { entries, start } = readIndex(copy);
  const truths: Map<string, Truth>[] = [];
  let at = start;
  for (const { input, tap, shape, channels } of entries) {
    const count = sizeOf(shape);
    const length = 8 * (count + 4 + 2 * channels);
    if (!(length <= copy.length - at)) throw new Error(`its values end before those of '${tap}'`);
    // Entries are in the order in which they were written, so that none can be missing.
    if (input === truths.length) truths.push(new Map());
    const taps = truths[input];
    if (taps === undefined || input < truths.length - 1 || taps.has(tap))
      throw new Error(`its index has '${tap}' of input ${input} out of place`);
    const floats = (from: number, size: number) => new Float64Array(copy.buffer, at + 8 * from, size);
    const [l2 = Number.NaN, largest = Number.NaN, wideL2 = Number.NaN, widest = Number.NaN] = floats(count, 4);
    const direct: Limits = { l2, largest, channels: floats(count + 4, channels) };
    const wide: Limits = { l2: wideL2, largest: widest, channels: floats(count + 4 + channels, channels) };
    taps.set(tap, limited({ shape, data: floats(0, count) }, { direct, wide }));
    at += length;
  }
  if (at !== copy.length) throw new Error(`it has ${copy.length} bytes, its index says ${at}`);
  if (truths.length === 0 || truths.some((taps) => !taps.has('logits')))
    throw new Error('it has no truth of the logits');
  return truths;
}

/**
 * Reads the truths from a file that was prepared earlier in this run. Throws one line that names the file and the fix
 * where it is damaged: a changed file gives no verdict.
 */
export async function readTruths(location: string, read: (location: string) => Promise<Uint8Array>): Promise<Truths> {
  const bytes = await read(location);
  try {
    return await decodeTruths(bytes);
  } catch (error) {
    throw new Error(
      `the file of truths ${location} is damaged: ${(error as Error).message}; run again, and it is computed anew`,
    );
  }
}
