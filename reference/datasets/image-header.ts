/**
 * What the first bytes of an image file say. `layout`: grey of 16 bits, CMYK and palettes, which need their own way to
 * RGB, and `rgb` for all others, such as grey of 8 bits.
 */
export type ImageHeader = {
  readonly kind: 'JPEG' | 'PNG' | 'WebP';
  readonly width: number;
  readonly height: number;
  readonly layout: 'rgb' | 'grey16' | 'cmyk' | 'palette';
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether these characters stand at an offset. */
const has = (bytes: Uint8Array, offset: number, text: string): boolean =>
  offset + text.length <= bytes.length && [...text].every((sign, i) => bytes[offset + i] === sign.charCodeAt(0));

/** PNG, section 11.2.2 (IHDR): size, depth and colour type. */
function pngHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 33 || !has(bytes, 12, 'IHDR')) throw new Error('the PNG has no header');
  const view = viewOf(bytes);
  const [depth, colour] = [bytes[24], bytes[25]];
  const grey = colour === 0 && depth === 16 ? 'grey16' : 'rgb';
  return {
    kind: 'PNG',
    width: view.getUint32(16),
    height: view.getUint32(20),
    layout: colour === 3 ? 'palette' : grey,
  };
}

/** WebP (RFC 9649, sections 2.5 to 2.7): the size of the canvas. */
function webpHeader(bytes: Uint8Array): ImageHeader {
  const size = (width: number, height: number): ImageHeader => ({
    kind: 'WebP',
    width,
    height,
    layout: 'rgb',
  });
  if (bytes.length < 30) throw new Error('the WebP has no header');
  const view = viewOf(bytes);
  // Two numbers of 24 bits, less one.
  if (has(bytes, 12, 'VP8X'))
    return size(1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8));
  if (has(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return size(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff));
  }
  if (has(bytes, 12, 'VP8 ')) return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  throw new Error('the WebP has no image');
}

/** Whether a JPEG marker begins a frame: SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
const startsFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** JPEG (ITU-T T.81, annex B): the segments before the first scan. */
function jpegHeader(bytes: Uint8Array): ImageHeader {
  const view = viewOf(bytes);
  let frame: { width: number; height: number; layout: 'rgb' | 'cmyk' } | undefined;
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] as number;
    // Bytes between segments, padding and markers without a length are skipped one at a time.
    if (bytes[at] !== 0xff || marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) {
      at++;
      continue;
    }
    if (marker === 0xda || marker === 0xd9) break;
    const length = view.getUint16(at + 2);
    if (startsFrame(marker)) {
      if (at + 10 > bytes.length) break;
      const [bits, components] = [bytes[at + 4], bytes[at + 9] as number];
      if (bits !== 8) throw new Error(`the JPEG has ${bits} bits per channel, and only 8 can be decoded`);
      if (![1, 3, 4].includes(components)) throw new Error(`the JPEG has ${components} channels, not 1, 3 or 4`);
      const layout = components === 4 ? 'cmyk' : 'rgb';
      frame = { width: view.getUint16(at + 7), height: view.getUint16(at + 5), layout };
    }
    at += 2 + length;
  }
  if (frame === undefined) throw new Error('the JPEG has no frame');
  return { kind: 'JPEG', ...frame };
}

const SIGNATURES: readonly (readonly [matches: (bytes: Uint8Array) => boolean, read: typeof pngHeader])[] = [
  [(bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff, jpegHeader],
  [(bytes) => has(bytes, 0, '\x89PNG\r\n\x1a\n'), pngHeader],
  [(bytes) => has(bytes, 0, 'RIFF') && has(bytes, 8, 'WEBP'), webpHeader],
];

/** Reads an image's header, whatever its file is called. Throws one line where it is no JPEG, PNG or WebP. */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw new Error('the file is empty');
  const [, read] = SIGNATURES.find(([matches]) => matches(bytes)) ?? [];
  if (read === undefined) throw new Error('this is not a JPEG, PNG or WebP image');
  const header = read(bytes);
  if (header.width === 0 || header.height === 0) throw new Error(`the ${header.kind} has no pixels`);
  return header;
}
