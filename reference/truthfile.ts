import type { Truth } from './bounds.ts';

/** Truth of each input, by tap. */
export type Truths = readonly ReadonlyMap<string, Truth>[];

type Entry = { input: number; tap: string; shape: readonly number[] };

/** Truths as one file: the length of a JSON index, the index padded to 8 bytes, then value and bound of each entry. */
export function encodeTruths(truths: Truths): Uint8Array {
  const entries: Entry[] = [];
  const parts: Float64Array[] = [];
  for (const [input, taps] of truths.entries())
    for (const [tap, { value, allowed }] of taps) {
      entries.push({ input, tap, shape: value.shape });
      parts.push(value.data, allowed);
    }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const start = 8 * Math.ceil((4 + json.length) / 8);
  const bytes = new Uint8Array(start + parts.reduce((sum, part) => sum + part.byteLength, 0));
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = start;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** Reads what encodeTruths wrote. Throws where the file is cut short. */
export function decodeTruths(bytes: Uint8Array): Truths {
  // A copy whose buffer starts where the bytes do, as typed arrays over it need.
  const copy = new Uint8Array(bytes);
  const length = new DataView(copy.buffer).getUint32(0, true);
  const entries = JSON.parse(new TextDecoder().decode(copy.subarray(4, 4 + length))) as Entry[];
  const truths: Map<string, Truth>[] = [];
  let at = 8 * Math.ceil((4 + length) / 8);
  for (const { input, tap, shape } of entries) {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const [data, allowed] = [
      new Float64Array(copy.buffer, at, count),
      new Float64Array(copy.buffer, at + 8 * count, count),
    ];
    at += 16 * count;
    truths[input] ??= new Map();
    truths[input].set(tap, { value: { shape, data }, allowed });
  }
  if (at !== copy.length) throw new Error(`the truth file has ${copy.length} bytes, its index says ${at}`);
  return truths;
}
