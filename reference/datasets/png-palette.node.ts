import { crc32 } from 'node:zlib';

/** Bytes of a PNG before its first chunk, and of a chunk's length and name. */
const [SIGNATURE, HEAD] = [8, 8];
const PLTE = 0x504c5445;

/**
 * A PNG whose palette has fewer colours than its pixels may name, with the greys that Pillow has in their place: colour
 * `i` is (i, i, i). libpng would show them black. Any other file is returned as it is.
 */
export function completePalette(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const colours = 1 << Math.min(bytes[24] ?? 0, 8);
  for (let at = SIGNATURE; at + HEAD <= bytes.length; ) {
    const length = view.getUint32(at);
    const end = at + HEAD + length + 4;
    if (view.getUint32(at + 4) !== PLTE) {
      at = end;
      continue;
    }
    const chunk = bytes.subarray(at + 4, at + HEAD + length);
    // A wrong checksum stays wrong.
    if (length >= 3 * colours || end > bytes.length || crc32(chunk) !== view.getUint32(end - 4)) return bytes;
    const named = Uint8Array.from({ length: 4 + 3 * colours }, (_, i) => chunk[i] ?? Math.floor((i - 4) / 3));
    const whole = new Uint8Array(bytes.length + named.length - chunk.length);
    whole.set(bytes.subarray(0, at));
    whole.set(named, at + 4);
    whole.set(bytes.subarray(end), at + 8 + named.length);
    const out = new DataView(whole.buffer);
    out.setUint32(at, 3 * colours);
    out.setUint32(at + 4 + named.length, crc32(named));
    return whole;
  }
  return bytes;
}
