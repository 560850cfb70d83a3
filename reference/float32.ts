/** Smallest normal float32. Smaller values are denormal and may be flushed to zero. */
export const TINY = 2 ** -126;

/** Whether a value is smaller than every normal float32, and not zero: a runtime may flush it to zero. */
export const isDenormal = (value: number): boolean => value !== 0 && Math.abs(value) < TINY;

/** The largest finite float32. */
export const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/**
 * From here on, rounding to nearest gives infinity: half a unit above the largest float32 (IEEE 754-2019, section
 * 4.3.1).
 */
export const OVERFLOW = LARGEST + 2 ** 103;

/** Encodes values as little-endian float32 in base64. NaN, infinities and the sign of zero are kept. */
export function encodeFloats(values: ArrayLike<number>): string {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  let text = '';
  // The number of arguments of a call is limited.
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}

/** Decodes what encodeFloats wrote. Throws where the text is not base64, or not a whole number of float32. */
export function decodeFloats(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

/** Little-endian float32, copied, since the bytes need not be aligned. */
export function toFloats(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4 !== 0) throw new Error(`${bytes.length} bytes are not a whole number of float32`);
  return new Float32Array(new Uint8Array(bytes).buffer);
}
