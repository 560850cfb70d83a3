/** All parts in one array. */
function join<T extends Uint8Array | Float32Array>(whole: T, parts: readonly T[]): T {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const total = (parts: readonly ArrayLike<number>[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/** All parts in one array with its own buffer. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(total(parts));
  join<Uint8Array>(whole, parts);
  return whole;
}

/** All parts in one array. */
export const joinFloats = (parts: readonly Float32Array[]): Float32Array => join(new Float32Array(total(parts)), parts);
