import { type Dtype, decode } from './dtype.ts';

/** Elements as a file holds them, one after the other. */
export type Stored = { readonly element: Dtype; readonly bytes: Uint8Array };
/** A tensor as a view of its storage: offset and strides in elements. It must lie within the storage. */
export type Strided = {
  readonly storage: Stored;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
};

/** Maximum of dimensions, PyTorch's own limit. */
export const MOST_DIMENSIONS = 64;

const MEGABYTE = 2 ** 20;
/**
 * Additional bytes that copied tensors may take beyond the file's size. Half-precision tensors take twice their size.
 */
const BEYOND = 128 * MEGABYTE;

/**
 * Throws where so many float32 elements take more memory than a file of this length can justify: names that share a
 * storage each get a copy.
 */
export function mustFit(elements: number, length: number): void {
  const wanted = elements * Float32Array.BYTES_PER_ELEMENT;
  const allowed = Math.max(2 * length, length + BEYOND);
  const megabytes = (bytes: number) => `${Math.ceil(bytes / MEGABYTE)} MB`;
  if (!(wanted <= allowed))
    throw new Error(
      `its tensors would take ${megabytes(wanted)} in float32, over the ${megabytes(allowed)} allowed for a file of ` +
        `${megabytes(length)}: they share storages, so save clones of those that are needed`,
    );
}

/** Whether a tensor's elements are stored one after the other, row-major. */
function isContiguous({ shape, strides }: Strided): boolean {
  let run = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number;
    if (extent !== 1 && strides[axis] !== run) return false;
    run *= extent;
  }
  return true;
}

/** A row-major copy in float32 of a tensor with `count` elements. */
export function gather(tensor: Strided, count: number): Float32Array {
  const { storage, offset, shape, strides } = tensor;
  const { element, bytes } = storage;
  const { bytes: width, read } = element;
  if (count === 0 || isContiguous(tensor))
    return decode(element, bytes.subarray(offset * width, (offset + count) * width));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float32Array(count);
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < count; i++) {
    data[i] = read(view, at * width);
    // One step of an odometer: an axis at its end goes back to its start, and the one before it moves on.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [extent, stride] = [shape[axis] as number, strides[axis] as number];
      const next = (index[axis] as number) + 1;
      at += stride;
      index[axis] = next;
      if (next < extent) break;
      at -= stride * extent;
      index[axis] = 0;
    }
  }
  return data;
}
