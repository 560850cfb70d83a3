import type { StoredTensor } from '../../reference/weights/checkpoint.ts';

/** Bytes before the header, which hold its length. */
const PREFIX = 8;

/** Float32 tensors as a safetensors file, in the map's order, with the header padded to 8 bytes. */
export function writeSafetensors(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, data }]) => {
    const range = [end, end + 4 * data.length];
    end += 4 * data.length;
    return [name, { dtype: 'F32', shape, data_offsets: range }];
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX + length + end).fill(0x20, 0, PREFIX + length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  bytes.set(json, PREFIX);
  let at = PREFIX + length;
  for (const { data } of tensors.values())
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return bytes;
}
