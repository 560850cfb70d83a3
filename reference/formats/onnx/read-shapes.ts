import { tensorOf } from '../builder.ts';
import { integersOf } from '../integers.ts';
import * as reshaping from '../reshaping.ts';
import type { Item } from '../values.ts';
import { either, integer, type Reading } from './attributes.ts';

/** Extents of a value from `start` to `end`, which later opsets can ask for. */
export function shape(reading: Reading): Item {
  const all = reshaping.seen(tensorOf(reading.inputs[0]));
  const data = all.slice(integer(reading, 'start', 0), integer(reading, 'end', all.length));
  return { kind: 'integers', shape: [data.length], data };
}

export function reshape(reading: Reading): Item {
  const x = tensorOf(reading.inputs[0]);
  const before = reshaping.seen(x);
  const keep = integer(reading, 'allowzero', 0) === 0;
  const target = integersOf(reading.inputs[1], 'extents');
  const whole = target.map((extent, i) => (extent === 0 && keep ? (before[i] ?? 0) : extent));
  return reshaping.flatten(reading.net, reading.name, x, whole);
}

/** [N, C, 1, 1] to [N, C]. */
export function squeeze(reading: Reading): Item {
  const x = tensorOf(reading.inputs[0]);
  const gone = new Set((either(reading, 'axes', 1) ?? []).map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
  const target = reshaping.seen(x).filter((_, axis) => !gone.has(axis));
  return reshaping.flatten(reading.net, reading.name, x, target);
}

export function flatten(reading: Reading): Item {
  const axis = integer(reading, 'axis', 1);
  const x = tensorOf(reading.inputs[0]);
  if (axis !== 1 && axis !== 1 - x.shape.length) throw new Error(`its axis is ${axis}: only 1 is supported`);
  return reshaping.flatten(reading.net, reading.name, x);
}
