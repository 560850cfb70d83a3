import { quote, shapeText, shown } from '../quote.ts';
import { sizeOf } from '../tensor.ts';
import type { StoredTensor } from './checkpoint.ts';
import { DTYPES, type Dtype } from './dtype.ts';
import { type Cursor, isKind, type Persistent, type Pickled, take, takeView, unpickle } from './pickle.ts';
import { gather, MOST_DIMENSIONS, mustFit, type Stored, type Strided } from './strided.ts';
import { isZip, readZip } from './zip.ts';

/** The elements of each kind of storage. */
const STORAGES: { readonly [name: string]: Dtype } = {
  'torch.FloatStorage': DTYPES.F32,
  'torch.DoubleStorage': DTYPES.F64,
  'torch.HalfStorage': DTYPES.F16,
  'torch.BFloat16Storage': DTYPES.BF16,
  'torch.LongStorage': DTYPES.I64,
};

const REBUILD = 'torch._utils._rebuild_tensor';
const PARAMETER = 'torch._utils._rebuild_parameter';
const NONE: ReadonlySet<string> = new Set();
const ALLOWED = new Set(['collections.OrderedDict', REBUILD, `${REBUILD}_v2`, PARAMETER, ...Object.keys(STORAGES)]);

/** The pickle of torch.serialization's MAGIC_NUMBER, with which every legacy file begins. */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const PROTOCOL = 1001;

/**
 * Maximum of opcodes in a header's pickle, which takes about 30, and in a state_dict, which takes about 45 per tensor.
 */
const FEW = 1000;
const MANY = 1_000_000;

function natural(value: Pickled | undefined, what: string): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    throw new Error(`${what} is no natural number: the file is damaged`);
  return number;
}

function naturals(value: Pickled | undefined, what: string): number[] {
  if (!Array.isArray(value)) throw new Error(`${what} is no list of numbers: the file is damaged`);
  if (value.length > MOST_DIMENSIONS)
    throw new Error(`${what} has ${value.length} dimensions, over the ${MOST_DIMENSIONS} that a tensor may have`);
  return value.map((item) => natural(item, what));
}

function readHeader(cursor: Cursor): void {
  const { bytes } = cursor;
  if (MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new Error('the file is no checkpoint: expected safetensors, or a file that torch.save wrote');
  take(cursor, MAGIC.length);
  const protocol = unpickle(cursor, NONE, FEW).value;
  if (protocol !== PROTOCOL) throw new Error(`the legacy format's protocol is ${PROTOCOL}, the file's is another`);
  const system = unpickle(cursor, NONE, FEW).value;
  if (!(system instanceof Map) || system.get('little_endian') !== true)
    throw new Error('the file does not say that it is little-endian: save it again on an ordinary machine');
}

type Declared = { readonly key: string; readonly type: string; readonly count: number };

/** The content of either format: the root of its pickle, and its storages by key. */
type Content = { readonly root: Pickled; readonly storages: ReadonlyMap<string, Stored> };

/** Parses a reference to a storage: ('storage', type, key, location, count, view). */
function declaration({ id }: Persistent): Declared {
  const [what, type, key, , count, view] = Array.isArray(id) ? id : [];
  if (what !== 'storage' || !isKind(type, 'global') || !(type.name in STORAGES) || typeof key !== 'string')
    throw new Error('the file refers to something that is no storage: it is damaged');
  if (view !== null && view !== undefined)
    throw new Error(`storage ${shown(key)} is a view of another: save a clone of each tensor instead`);
  return { key, type: type.name, count: natural(count, `the size of storage ${shown(key)}`) };
}

/** The storages that a pickle refers to, by key. Throws where two references to one differ. */
function declarations(persistent: readonly Persistent[]): Map<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const storage of persistent.map(declaration)) {
    const { key, type, count } = declared.get(storage.key) ?? storage;
    if (type !== storage.type || count !== storage.count)
      throw new Error(
        `storage ${shown(key)} is said to be ${count} of ${type} and ${storage.count} of ${storage.type}`,
      );
    declared.set(key, storage);
  }
  return declared;
}

const elementOf = ({ type }: Declared): Dtype => STORAGES[type] ?? DTYPES.F32;

/** Header, pickle, and then for each storage its count in 8 bytes and its elements (`_legacy_load`). */
function readLegacy(bytes: Uint8Array): Content {
  const cursor: Cursor = { bytes, at: 0 };
  readHeader(cursor);
  const { value: root, persistent } = unpickle(cursor, ALLOWED, MANY);
  const declared = declarations(persistent);
  const keys = unpickle(cursor, NONE, MANY).value;
  if (!Array.isArray(keys)) throw new Error('the file has no list of storages: it is damaged');
  const storages = new Map<string, Stored>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? declared.get(key) : undefined;
    if (storage === undefined) throw new Error('the file holds a storage that it never uses');
    const count = takeView(cursor, 8).getBigInt64(0, true);
    if (count !== BigInt(storage.count))
      throw new Error(`storage ${shown(storage.key)} holds ${count} elements, but its tensors say ${storage.count}`);
    const element = elementOf(storage);
    storages.set(storage.key, { element, bytes: take(cursor, storage.count * element.bytes) });
  }
  const rest = cursor.bytes.length - cursor.at;
  if (rest > 0) throw new Error(`${rest} bytes follow the last storage: the file is damaged`);
  return { root, storages };
}

/** `data.pkl`, and a file for each storage in `data/`, under one folder of any name (`_load`). */
function readZipped(bytes: Uint8Array): Content {
  const entries = readZip(bytes);
  const folders = new Set([...entries.keys()].map((name) => name.slice(0, name.indexOf('/') + 1)));
  const [folder = ''] = folders;
  const pickle = entries.get(`${folder}data.pkl`);
  if (pickle === undefined || folders.size !== 1 || folder === '')
    throw new Error('the zip file has no data.pkl in its one folder: it is not from torch.save');
  if (entries.has(`${folder}constants.pkl`))
    throw new Error('the file is a TorchScript program: save model.state_dict() with torch.save instead');
  const order = entries.get(`${folder}byteorder`);
  if (order !== undefined && new TextDecoder().decode(order) !== 'little')
    throw new Error('the file says that it is not little-endian: save it again on an ordinary machine');
  const cursor: Cursor = { bytes: pickle, at: 0 };
  const { value: root, persistent } = unpickle(cursor, ALLOWED, MANY);
  if (cursor.at !== pickle.length)
    throw new Error(`${pickle.length - cursor.at} bytes follow the pickle: the file is damaged`);
  const declared = declarations(persistent);
  const data = `${folder}data/`;
  for (const name of entries.keys())
    if (name.startsWith(data) && !declared.has(name.slice(data.length)))
      throw new Error(`the file holds a storage that it never uses, ${shown(name)}`);
  const storages = new Map<string, Stored>();
  for (const storage of declared.values()) {
    const stored = entries.get(data + storage.key);
    // A missing storage is reported for the tensor that needs it, as in the legacy format.
    if (stored === undefined) continue;
    const element = elementOf(storage);
    if (stored.length !== storage.count * element.bytes)
      throw new Error(
        `storage ${shown(storage.key)} holds ${stored.length / element.bytes} elements, but its tensors say ${storage.count}`,
      );
    storages.set(storage.key, { element, bytes: stored });
  }
  return { root, storages };
}

const noTensor = (name: string): Error =>
  new Error(`${quote(name)} is no tensor: expected a state_dict of tensors only`);

/** A tensor as it is stored: (storage, offset, size, stride, …). Throws where it leaves its storage. */
function locate(name: string, value: Pickled, storages: ReadonlyMap<string, Stored>): Strided {
  const called = isKind(value, 'call') && value.name === PARAMETER ? value.args[0] : value;
  if (!isKind(called, 'call') || !called.name.startsWith(REBUILD)) throw noTensor(name);
  const [first, ...rest] = called.args;
  if (!isKind(first, 'persistent')) throw noTensor(name);
  const { key } = declaration(first);
  const storage = storages.get(key);
  if (storage === undefined) throw new Error(`${quote(name)}: the file does not hold its storage ${shown(key)}`);
  const offset = natural(rest[0], `the offset of ${quote(name)}`);
  const shape = naturals(rest[1], `the shape of ${quote(name)}`);
  const strides = naturals(rest[2], `the strides of ${quote(name)}`);
  const count = sizeOf(shape);
  const length = storage.bytes.length / storage.element.bytes;
  const last = shape.reduce((sum, extent, axis) => sum + (extent - 1) * (strides[axis] ?? 0), offset);
  // More elements than the storage has would be an expanded tensor, which could be as large as memory. A count
  // that is NaN (infinity times zero) is invalid too.
  if (strides.length !== shape.length || !(count <= length) || (count > 0 && last >= length))
    throw new Error(
      `${quote(name)} ${shapeText(shape)} with strides ${shapeText(strides)} leaves its storage of ${length} elements`,
    );
  return { storage, offset, shape, strides };
}

/**
 * The tensors of a state_dict, or of a checkpoint that has one under `state_dict`, from PyTorch's zip format (the
 * default of torch.save from 1.6 on) or its legacy format (before), as `torch/serialization.py` has them.
 * DataParallel's `module.` is stripped; other types become float32. Nothing in the file is executed. Throws one clear
 * error where the file is of another format, truncated or damaged, names anything that tensors do not need, where a
 * tensor leaves its storage, or where tensors that share storages would take more memory than the file accounts for.
 */
export function readPyTorch(bytes: Uint8Array): Map<string, StoredTensor> {
  const { root, storages } = isZip(bytes) ? readZipped(bytes) : readLegacy(bytes);
  const state = root instanceof Map ? (root.get('state_dict') ?? root) : undefined;
  if (!(state instanceof Map)) throw new Error('the file holds no state_dict: save model.state_dict()');
  const located = new Map<string, Strided>();
  for (const [key, value] of state) {
    if (typeof key !== 'string') throw new Error('the state_dict has a key that is no string');
    const name = key.replace(/^module\./, '');
    if (located.has(name)) throw new Error(`the state_dict has ${quote(name)} twice, with and without 'module.'`);
    located.set(name, locate(name, value, storages));
  }
  const counts = [...located.values()].map(({ shape }) => sizeOf(shape));
  mustFit(
    counts.reduce((sum, count) => sum + count, 0),
    bytes.length,
  );
  return new Map(
    [...located].map(([name, tensor], i) => [name, { shape: tensor.shape, data: gather(tensor, counts[i] ?? 0) }]),
  );
}
