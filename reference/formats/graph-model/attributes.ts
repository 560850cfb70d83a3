import type { Pair } from '../../graph.ts';
import { isObject, numberIn } from '../../json.ts';
import { shown } from '../../quote.ts';
import type { Builder } from '../builder.ts';
import { padsOf, pairOf } from '../geometry.ts';
import { MOST_HELD } from '../integers.ts';
import type { Geometry, Item } from '../values.ts';
import type { TfNode } from './parse.ts';

/** A node that is being read, and what its inputs came to. */
export type Reading = {
  readonly net: Builder;
  readonly node: TfNode;
  readonly name: string;
  readonly inputs: readonly (Item | undefined)[];
  /** How many parts a split may still make. */
  readonly parts: number;
};

export const attribute = ({ node }: Reading, name: string, kind: 's' | 'i' | 'f' | 'b' | 'list'): unknown => {
  const value = node.attributes[name];
  return isObject(value) ? value[kind] : undefined;
};
export const decoded = (value: unknown): string | undefined => {
  try {
    return typeof value === 'string' ? atob(value) : undefined;
  } catch {
    return undefined;
  }
};
export const text = (reading: Reading, name: string): string | undefined => decoded(attribute(reading, name, 's'));
export const flag = (reading: Reading, name: string): boolean => attribute(reading, name, 'b') === true;
export const integers = (reading: Reading, name: string): number[] => {
  const list = attribute(reading, name, 'list');
  return isObject(list) && Array.isArray(list.i) ? list.i.slice(0, MOST_HELD).map(numberIn) : [];
};

/** Height's and width's of four numbers, in NHWC. */
export function imagePair(reading: Reading, name: string): Pair {
  const [n = 1, h = 1, w = 1, c = 1] = integers(reading, name);
  if (n !== 1 || c !== 1)
    throw new Error(`its ${name} are [${[n, h, w, c]}]: only those of height and width may differ from 1`);
  return pairOf([h, w], name, 1);
}

export function geometry(reading: Reading): Geometry {
  const format = text(reading, 'data_format') ?? 'NHWC';
  if (format !== 'NHWC') throw new Error(`its data_format is ${shown(format)}: only NHWC is supported`);
  if (integers(reading, 'dilations').some((value) => value !== 1)) throw new Error('its dilations are not 1');
  const strides = imagePair(reading, 'strides');
  const padding = text(reading, 'padding');
  if (padding === 'SAME') return { strides, group: 1, padding: 'same-upper' };
  if (padding === 'VALID') return { strides, group: 1, padding: [0, 0, 0, 0] };
  if (padding !== 'EXPLICIT') throw new Error(`its padding is ${shown(padding ?? 'missing')}`);
  const [n0 = 0, n1 = 0, top = 0, bottom = 0, left = 0, right = 0, c0 = 0, c1 = 0] = integers(
    reading,
    'explicit_paddings',
  );
  if (n0 + n1 + c0 + c1 > 0) throw new Error('it pads more than height and width');
  return { strides, group: 1, padding: padsOf([top, left, bottom, right]) };
}
