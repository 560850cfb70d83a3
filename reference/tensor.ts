import { shapeText, shown } from './quote.ts';

export type Shape = readonly number[];

/** A dense float64 tensor, row-major (NCHW for images). */
export type Tensor = { readonly shape: readonly number[]; readonly data: Float64Array };

/** Stored parameters by name, float32, in PyTorch's layouts (convolution OIHW, linear OI). */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Maximum of values in a tensor: runtimes use 32-bit integers for sizes. */
const MOST_VALUES = 2 ** 31 - 1;

/**
 * Returns a value's shape. Throws where a dimension is not a whole number of 1 or more, or the value is too large for
 * any runtime.
 */
export function checkedShape(name: string, shape: Shape): Shape {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent > 0))
    throw new Error(`${shown(name)}: its shape is ${shapeText(shape)}: extents are whole numbers of 1 or more`);
  if (sizeOf(shape) > MOST_VALUES)
    throw new Error(
      `${shown(name)}: its shape ${shapeText(shape)} has ${sizeOf(shape).toPrecision(3)} values, more than the ${MOST_VALUES} of any runtime's tensor`,
    );
  return shape;
}

/** A zero tensor. */
export function zeros(shape: readonly number[]): Tensor {
  return { shape, data: new Float64Array(sizeOf(shape)) };
}

/** The four extents of an image tensor. Throws RangeError for any other rank. */
export function nchw(shape: readonly number[]): [number, number, number, number] {
  const [n, c, h, w] = shape;
  if (shape.length !== 4 || n === undefined || c === undefined || h === undefined || w === undefined)
    throw new RangeError(`expected an NCHW shape, got [${shape}]`);
  return [n, c, h, w];
}

/** The parameter `name`. Throws where it is missing. */
export function parameter(weights: Weights, name: string): Float32Array {
  const data = weights.get(name);
  if (data === undefined) throw new Error(`no parameter '${name}' among ${weights.size}`);
  return data;
}

/** [rows, columns] to [columns, rows]. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)] as number);
}
