import { shapeText } from '../quote.ts';
import { sizeOf } from '../tensor.ts';
import { wholeShape } from './reshaping.ts';
import type { Integers, Item } from './values.ts';

function list(data: readonly number[], shape: readonly number[] = [data.length]): Integers {
  if (sizeOf(shape) !== data.length) throw new Error(`${data.length} values do not fit ${shapeText(shape)}`);
  return { kind: 'integers', shape, data };
}

/** Integers that a file holds or computes from shapes. Throws where an item is not integers. */
export function integersOf(item: Item | undefined, what: string): readonly number[] {
  if (item?.kind !== 'integers') throw new Error(`its ${what} are not known as int64 before it runs`);
  return item.data;
}

/** Maximum of values in a shape or padding. */
const MOST_SHAPE_VALUES = 64;
/** Maximum of values in a constant from which shapes are computed. */
export const MOST_HELD = 4096;

/** Returns the number of integers that a file holds. Throws where they are too many to compute shapes from. */
export function countOfIntegers(count: number): number {
  if (count > MOST_HELD) throw new Error(`it has ${count} whole numbers: at most ${MOST_HELD} are supported`);
  return count;
}

/** Slices from `start`, forwards or backwards, to before `end`, as in ONNX's Slice and Python. */
function sliced(rows: readonly (readonly number[])[], start: number, end: number, step: number) {
  const from = Math.min(Math.max(start < 0 ? start + rows.length : start, 0), step > 0 ? rows.length : rows.length - 1);
  const to = Math.min(Math.max(end < 0 ? end + rows.length : end, -1), rows.length);
  const found: (readonly number[])[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) found.push(rows[at] ?? []);
  return found;
}

/** Operators on integers, with which exporters compute shapes and paddings. */
export const INTEGER_OPERATORS: {
  readonly [op: string]: (
    inputs: readonly (Item | undefined)[],
    attribute: (name: string) => readonly number[],
  ) => Integers;
} = {
  Cast: ([x]) => list(integersOf(x, 'values'), shapeOf(x)),
  Concat: (inputs) => {
    const count = inputs.reduce((sum, input) => sum + integersOf(input, 'values').length, 0);
    if (count > MOST_SHAPE_VALUES) throw new Error(`it makes ${count} values that are no shape`);
    return list(inputs.flatMap((input) => integersOf(input, 'values')));
  },
  ConstantOfShape: ([shape], attribute) => {
    const extents = integersOf(shape, 'extents');
    const count = sizeOf(extents);
    const [value] = attribute('value');
    const natural = extents.every((extent) => extent >= 0);
    if (value === undefined || !natural || !(count <= MOST_SHAPE_VALUES))
      throw new Error(`it makes ${count} values that are no shape`);
    return list(new Array<number>(count).fill(value), extents);
  },
  Gather: ([x, indices]) => {
    const values = integersOf(x, 'values');
    const found = integersOf(indices, 'indices').map((index) => values.at(index));
    if (found.some((value) => value === undefined)) throw new Error('an index is beyond the values');
    return list(found as number[], shapeOf(indices));
  },
  Reshape: ([x, shape]) => {
    const data = integersOf(x, 'values');
    return list(data, wholeShape(integersOf(shape, 'extents'), data.length));
  },
  Slice: ([x, starts, ends, axes, steps]) => {
    if (axes !== undefined && `${integersOf(axes, 'axes')}` !== '0')
      throw new Error('it slices a shape along another axis');
    const data = integersOf(x, 'values');
    const [rows = data.length] = shapeOf(x);
    if (data.length === 0) return list([]);
    const width = data.length / rows;
    const matrix = Array.from({ length: rows }, (_, i) => data.slice(i * width, (i + 1) * width));
    const [start = 0] = integersOf(starts, 'starts');
    const [end = 0] = integersOf(ends, 'ends');
    const [step = 1] = steps === undefined ? [] : integersOf(steps, 'steps');
    if (step === 0) throw new Error('its step is 0');
    const kept = sliced(matrix, start, end, step);
    return list(kept.flat(), [kept.length, ...shapeOf(x).slice(1)]);
  },
  Squeeze: ([x]) => list(integersOf(x, 'values'), []),
  Transpose: ([x]) => {
    const data = integersOf(x, 'values');
    const [rows = 1, columns = 1] = shapeOf(x);
    return list(
      data.map((_, at) => data[(at % rows) * columns + Math.floor(at / rows)] as number),
      [columns, rows],
    );
  },
  Unsqueeze: ([x]) => list(integersOf(x, 'values')),
};

const shapeOf = (item: Item | undefined): readonly number[] => (item?.kind === 'integers' ? item.shape : []);
