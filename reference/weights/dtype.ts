/** A stored element: its width in bytes, and its value, least significant byte first. */
export type Dtype = { readonly bytes: number; readonly read: (view: DataView, at: number) => number };

/** The value of a half's last bit, by exponent. Subnormals have the value of exponent 1. */
const LAST_PLACE = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (Math.max(exponent, 1) - 25));

/** IEEE 754 binary16 by its bits. */
function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const unit = LAST_PLACE[exponent];
  // No last place: infinity or NaN.
  const size = unit === undefined ? (fraction ? Number.NaN : Infinity) : ((exponent && 1024) + fraction) * unit;
  return bits & 0x8000 ? -size : size;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function bfloat16(bits: number): number {
  scratch.setUint16(0, bits);
  return scratch.getFloat32(0);
}

/** The element types of checkpoints, by safetensors' names. */
export const DTYPES = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => half(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
} as const satisfies { readonly [name: string]: Dtype };

export type DtypeName = keyof typeof DTYPES;

/** Values of the two-byte types by their bits, computed when first needed. */
const TABLES = new Map<Dtype, Float32Array>();

function tableOf(element: Dtype): Float32Array {
  const found = TABLES.get(element);
  if (found !== undefined) return found;
  const bits = new DataView(new ArrayBuffer(2));
  const table = Float32Array.from({ length: 2 ** 16 }, (_, value) => {
    bits.setUint16(0, value, true);
    return element.read(bits, 0);
  });
  TABLES.set(element, table);
  return table;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Stored elements as float32, a copy. The length of `bytes` must be a multiple of the width. */
export function decode(element: Dtype, bytes: Uint8Array): Float32Array {
  const { bytes: width, read } = element;
  const data = new Float32Array(bytes.length / width);
  // Copies gigabytes in a second; element by element would take several.
  if (element === DTYPES.F32 && isLittleEndian) {
    new Uint8Array(data.buffer).set(bytes);
    return data;
  }
  if (width === 2) {
    const table = tableOf(element);
    for (let i = 0; i < data.length; i++)
      data[i] = table[(bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8)] as number;
    return data;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < data.length; i++) data[i] = read(view, i * width);
  return data;
}
