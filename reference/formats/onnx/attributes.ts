import { shapeText, shown } from '../../quote.ts';
import type { Builder } from '../builder.ts';
import { padsOf, pairOf, type Window } from '../geometry.ts';
import { integersOf } from '../integers.ts';
import type { Geometry, Item } from '../values.ts';
import type { OnnxNode } from './parse.ts';

/** A node being read, with the items of its inputs and its attributes. */
export type Reading = {
  readonly net: Builder;
  readonly node: OnnxNode;
  /** Name of its output. */
  readonly name: string;
  readonly inputs: readonly (Item | undefined)[];
};

/** Attributes by name: a list of integers (one integer counts as a list); the other types, or `fallback`. */
export const integers = ({ node }: Reading, name: string): readonly number[] | undefined => {
  const attribute = node.attributes.get(name);
  if (attribute?.tensor !== undefined) return integersOf(attribute.tensor, `${name}`);
  return attribute?.integer === undefined ? attribute?.integers : [attribute.integer];
};
export const integer = (reading: Reading, name: string, fallback: number) =>
  reading.node.attributes.get(name)?.integer ?? fallback;
export const float = (reading: Reading, name: string, fallback: number) =>
  reading.node.attributes.get(name)?.float ?? fallback;
export const text = (reading: Reading, name: string, fallback: string) =>
  reading.node.attributes.get(name)?.text ?? fallback;

/** Throws where an attribute is not the one value that is supported. */
export function must(reading: Reading, name: string, wanted: number): void {
  const value = reading.node.attributes.get(name)?.float ?? integer(reading, name, wanted);
  if (value !== wanted) throw new Error(`its ${name} is ${value}: only ${wanted} is supported`);
}

/** Integers that older opsets have as an attribute and newer ones as an input. */
export function either(reading: Reading, name: string, index: number): readonly number[] | undefined {
  const input = reading.inputs[index];
  return input === undefined ? integers(reading, name) : integersOf(input, name);
}

/** How windows move. Throws on what is not supported. */
export function geometry(reading: Reading): Geometry {
  const dilations = integers(reading, 'dilations') ?? [];
  if (dilations.some((value) => value !== 1))
    throw new Error(`its dilations are ${shapeText(dilations)}: only 1 is supported`);
  const strides = pairOf(integers(reading, 'strides'), 'strides', 1);
  const auto = text(reading, 'auto_pad', 'NOTSET');
  const group = integer(reading, 'group', 1);
  if (group < 1) throw new Error(`its group is ${group}`);
  if (auto === 'SAME_UPPER') return { strides, group, padding: 'same-upper', autoPad: auto };
  if (auto === 'SAME_LOWER') return { strides, group, padding: 'same-lower', autoPad: auto };
  if (auto !== 'NOTSET' && auto !== 'VALID') throw new Error(`its auto_pad is ${shown(auto)}`);
  return { strides, group, padding: padsOf(auto === 'VALID' ? [] : (integers(reading, 'pads') ?? [])) };
}

/** A window and how it moves. Throws where it is missing. */
export const windowOf = (reading: Reading): Window => {
  const kernel = integers(reading, 'kernel_shape');
  if (kernel === undefined) throw new Error('its kernel_shape is missing');
  return { kernel: pairOf(kernel, 'kernel_shape', 1), geometry: geometry(reading) };
};
