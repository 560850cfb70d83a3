import { quote } from '../../quote.ts';
import type { Parts } from '../format.ts';
import { type Field, readBytes, readFields, readInteger, readTexts } from './protobuf.ts';

const EXTERNAL = 1;

export const isExternal = (fields: readonly Field[]): boolean => readInteger(fields, 14, 0) === EXTERNAL;

/** Where a tensor's bytes are outside the model: file, offset and length, undefined for all that follow. */
export function externalPlace(fields: readonly Field[]) {
  const one = (entry: readonly Field[], field: number) => readTexts(entry, field).at(-1) ?? '';
  const entries = new Map(
    readBytes(fields, 13).map((bytes) => {
      const entry = readFields(bytes);
      return [one(entry, 1), one(entry, 2)];
    }),
  );
  const natural = (key: string) => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) throw new Error(`its external ${key} ${quote(text)} is no natural number`);
    return Number(text);
  };
  const location = entries.get('location');
  if (!location) throw new Error('it is external, but has no location');
  return { location, offset: natural('offset') ?? 0, length: natural('length') };
}

/** Tensors of one file may overlap, as tied weights do; all of them together are not many times what it holds. */
const MOST_OVERLAP = 2;

/**
 * Finds the bytes of external tensors; the same ones for the same place, however many tensors lie there and however
 * they write its file's name. Throws where a file is not there or too short, or its tensors are many times its size.
 */
export function externalReader(external: Parts): (fields: readonly Field[]) => Uint8Array {
  const files = new Map<Uint8Array, { room: number; readonly places: Map<string, Uint8Array> }>();
  return (fields) => {
    const { location, offset, length } = externalPlace(fields);
    const bytes = external.get(location);
    if (bytes === undefined) throw new Error(`its external file ${quote(location)} was not read`);
    const end = length === undefined ? bytes.length : offset + length;
    if (offset > bytes.length || end > bytes.length)
      throw new Error(`it lies at ${offset} to ${end} of ${quote(location)}, which has ${bytes.length} bytes`);
    const file = files.get(bytes) ?? { room: MOST_OVERLAP * bytes.length, places: new Map() };
    files.set(bytes, file);
    const place = file.places.get(`${offset} ${end}`) ?? bytes.subarray(offset, end);
    if (!file.places.has(`${offset} ${end}`)) file.room -= place.length;
    if (file.room < 0)
      throw new Error(`the tensors in ${quote(location)} overlap, and make more than ${MOST_OVERLAP} times its size`);
    file.places.set(`${offset} ${end}`, place);
    return place;
  };
}
