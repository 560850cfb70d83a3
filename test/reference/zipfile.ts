/** Zip files, which tests build correctly and incorrectly. */

/** An entry's fields in a header. */
export type Header = {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly start: number;
};

/** An entry, and the wrong fields of its headers. Sizes are after the data where `follows` is given. */
export type Entry = {
  readonly name: string;
  readonly data: Uint8Array;
  readonly local?: Partial<Header>;
  readonly central?: Partial<Header>;
  readonly follows?: Partial<Header>;
};

export type End = {
  readonly count: number;
  readonly size: number;
  readonly from: number;
  /** A second end record in 64 bits, as PyTorch writes it. */
  readonly long?: Partial<{ count: number; size: number; from: number; at: number }>;
};

const CRC = 0x12345678;

/** Numbers of 2, 4 and 8 bytes, least significant first: pairs of value and width. */
function little(...fields: readonly (readonly [value: number, width: 2 | 4 | 8])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, width]) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigUInt64LE(BigInt(value));
      return buffer.subarray(0, width);
    }),
  );
}

/** Flags to sizes, which local and central headers share. */
const common = ({ flags, method, crc, packed, size }: Header): Buffer =>
  little([flags, 2], [method, 2], [0, 4], [crc, 4], [packed, 4], [size, 4]);

function local(header: Header, data: Uint8Array, follows: Header | undefined): Buffer {
  const name = Buffer.from(header.name);
  const extra = Buffer.from('FB\x01\x00Z');
  const head = [
    little([0x04034b50, 4], [0, 2]),
    common(header),
    little([name.length, 2], [extra.length, 2]),
    name,
    extra,
  ];
  const tail = follows && little([0x08074b50, 4], [follows.crc, 4], [follows.packed, 4], [follows.size, 4]);
  return Buffer.concat([...head, data, ...(tail ? [tail] : [])]);
}

function central(header: Header): Buffer {
  const name = Buffer.from(header.name);
  const rest = little([name.length, 2], [0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [header.start, 4]);
  return Buffer.concat([little([0x02014b50, 4], [0, 2], [0, 2]), common(header), rest, name]);
}

/** A zip file of the entries. `changes` are wrong fields of its end record. */
export function zip(entries: readonly Entry[], changes: Partial<End> = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, data, follows, ...wrong } of entries) {
    const flags = follows ? 0x808 : 0;
    const truth = { name, flags, method: 0, crc: CRC, packed: data.length, size: data.length, start: at };
    const unknown = follows ? { crc: 0, packed: 0, size: 0 } : {};
    const part = local({ ...truth, ...unknown, ...wrong.local }, data, follows && { ...truth, ...follows });
    parts.push(part);
    directory.push(central({ ...truth, ...wrong.central }));
    at += part.length;
  }
  const listed = Buffer.concat(directory);
  const end = { count: entries.length, size: listed.length, from: at, ...changes };
  const { count, size, from, at: where } = { ...end, at: at + listed.length, ...changes.long };
  const long = Buffer.concat([
    little([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4], [count, 8], [count, 8], [size, 8], [from, 8]),
    little([0x07064b50, 4], [0, 4], [where, 8], [1, 4]),
  ]);
  const short = little([0x06054b50, 4], [0, 4], [end.count, 2], [end.count, 2], [end.size, 4], [end.from, 4], [0, 2]);
  return Buffer.concat([...parts, listed, ...(changes.long ? [long] : []), short]);
}
