import { quote } from '../quote.ts';

/** A stretch of the file, from its local header to the end of its data. */
type Stretch = { readonly name: string; readonly start: number; readonly end: number };

type Record = {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly start: number;
};

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const DESCRIPTOR = 0x08074b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR = 0x07064b50;
const LENGTHS = { local: 30, central: 46, descriptor: 16, end: 22, end64: 56, locator: 20 } as const;

/** Sizes follow the data; names are UTF-8. No other flag is understood. */
const FOLLOWS = 0x8;
const UTF8 = 0x800;
const ABSENT16 = 0xffff;
const ABSENT32 = 0xffffffff;

/** Entries of an archive. A state_dict has one for each tensor. */
const MOST_ENTRIES = 200_000;

const lies = (what: string): Error => new Error(`damaged zip file: ${what}; fetch it again`);

/** Whether the content begins as a zip file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** Where the central directory is, and how many entries it has. */
function readEnd(view: DataView): { from: number; to: number; count: number } {
  const end = view.byteLength - LENGTHS.end;
  // A comment could hold a second end record, so there must be none; PyTorch writes none.
  if (end < 0 || view.getUint32(end, true) !== END) throw lies('it is cut off, or something follows its directory');
  const short = {
    count: view.getUint16(end + 10, true),
    size: view.getUint32(end + 12, true),
    from: view.getUint32(end + 16, true),
  };
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== short.count)
    throw lies('it is one of several parts');
  const locator = end - LENGTHS.locator;
  if (locator < 0 || view.getUint32(locator, true) !== LOCATOR) return within(short, end);
  const end64 = locator - LENGTHS.end64;
  if (end64 < 0 || view.getUint32(end64, true) !== END64 || view.getBigUint64(locator + 8, true) !== BigInt(end64))
    throw lies('its 64-bit end record is not where it is said to be');
  const long = {
    count: Number(view.getBigUint64(end64 + 32, true)),
    size: Number(view.getBigUint64(end64 + 40, true)),
    from: Number(view.getBigUint64(end64 + 48, true)),
  };
  const agree =
    (short.count === ABSENT16 || short.count === long.count) &&
    (short.size === ABSENT32 || short.size === long.size) &&
    (short.from === ABSENT32 || short.from === long.from);
  if (!agree) throw lies('its two end records differ');
  return within(long, end64);
}

/** The directory must fill the space up to its end record. */
function within({ count, size, from }: { count: number; size: number; from: number }, to: number) {
  if (from + size !== to) throw lies(`its directory of ${size} bytes at ${from} does not end at ${to}`);
  return { from, to, count };
}

function mustBePlain(name: string): void {
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..') || /[\\:\0]/.test(name))
    throw lies(`its entry ${quote(name)} would be written outside its folder`);
}

function readCentral(bytes: Uint8Array, view: DataView, at: number, to: number): { record: Record; next: number } {
  if (at + LENGTHS.central > to || view.getUint32(at, true) !== CENTRAL) throw lies('its directory ends too early');
  const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const next = lengths.reduce((sum, length) => sum + length, at + LENGTHS.central);
  const nameBytes = bytes.subarray(at + LENGTHS.central, at + LENGTHS.central + (lengths[0] ?? 0));
  const name = new TextDecoder().decode(nameBytes);
  mustBePlain(name);
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
  const start = view.getUint32(at + 42, true);
  if (flags & ~(FOLLOWS | UTF8))
    throw new Error(`${quote(name)} is encrypted or split: save the file again with torch.save`);
  if (method !== 0)
    throw new Error(`${quote(name)} is compressed, which PyTorch never does: pack the file with zip -0`);
  if (size === ABSENT32 || start === ABSENT32)
    throw new Error(`${quote(name)} is beyond 4 GB: no network here is as large`);
  if (packed !== size) throw lies(`its entry ${quote(name)} is stored, yet takes ${packed} bytes for ${size}`);
  return { record: { name, nameBytes, flags, method, crc: view.getUint32(at + 16, true), size, start }, next };
}

/** The entry's bytes, after its local header and what follows the data agree with the directory. */
function readLocal(bytes: Uint8Array, view: DataView, record: Record, limit: number): Stretch & { data: Uint8Array } {
  const { name, nameBytes, flags, method, crc, size, start } = record;
  if (start + LENGTHS.local > limit || view.getUint32(start, true) !== LOCAL)
    throw lies(`its entry ${quote(name)} is not at ${start}`);
  const nameEnd = start + LENGTHS.local + view.getUint16(start + 26, true);
  const from = nameEnd + view.getUint16(start + 28, true);
  const to = from + size;
  const follows = (flags & FOLLOWS) !== 0;
  const end = follows ? to + LENGTHS.descriptor : to;
  if (end > limit) throw lies(`its entry ${quote(name)} of ${size} bytes at ${start} goes into the directory`);
  const local = bytes.subarray(start + LENGTHS.local, nameEnd);
  if (local.length !== nameBytes.length || local.some((byte, i) => byte !== nameBytes[i]))
    throw lies(`its entry ${quote(name)} has another name at ${start}`);
  if (view.getUint16(start + 6, true) !== flags || view.getUint16(start + 8, true) !== method)
    throw lies(`its entry ${quote(name)} is packed otherwise than the directory says`);
  /** CRC and both sizes at `at` are the directory's, or not yet known. */
  const agrees = (at: number, unknown: boolean) =>
    [crc, size, size].every((value, i) => {
      const found = view.getUint32(at + 4 * i, true);
      return found === value || (unknown && found === 0);
    });
  if (!agrees(start + 14, follows) || (follows && (view.getUint32(to, true) !== DESCRIPTOR || !agrees(to + 4, false))))
    throw lies(`its entry ${quote(name)} has other sizes at ${start} than in the directory`);
  return { name, start, end, data: bytes.subarray(from, to) };
}

/**
 * The entries of a zip file (PKWARE's APPNOTE) that only stores them, as PyTorch's does: views, nothing is written.
 * Throws where something is compressed or encrypted, where directory and local headers differ, where entries overlap
 * or leave the file, and on a name that comes twice or would leave its folder. CRCs are compared but not computed: a
 * download is checked by its SHA-256.
 */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { from, to, count } = readEnd(view);
  if (count > MOST_ENTRIES) throw lies(`it has ${count} entries, over the ${MOST_ENTRIES} allowed`);
  const entries = new Map<string, Uint8Array>();
  const stretches: Stretch[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const { record, next } = readCentral(bytes, view, at, to);
    at = next;
    if (entries.has(record.name)) throw lies(`its entry ${quote(record.name)} comes twice`);
    const { data, ...stretch } = readLocal(bytes, view, record, from);
    entries.set(record.name, data);
    stretches.push(stretch);
  }
  if (at !== to) throw lies(`its directory does not end after the ${count} entries it counts`);
  stretches.sort((a, b) => a.start - b.start);
  for (const [i, { name, start }] of stretches.entries()) {
    const before = stretches[i - 1];
    if (before !== undefined && start < before.end)
      throw lies(`its entries ${quote(before.name)} and ${quote(name)} overlap`);
  }
  return entries;
}
