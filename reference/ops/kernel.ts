/** Side of the square block of sums that the kernel holds in registers. */
export const TILE = 4;

/**
 * The innermost loop, in WebAssembly SIMD: V8 runs it three to four times as fast as the same loop in JavaScript. It is
 * assembled here, byte by byte, so it needs no build step and no file.
 */
export type Kernel = {
  /** The kernel's memory, with room for at least `length` values. Earlier views may be detached. */
  memory(length: number): Memory;
  /**
   * Adds a·b to c. a is [steps, TILE]; b is `panels` consecutive blocks of [steps, TILE]; c is TILE lines of panels ·
   * TILE values, `pitch` apart. Sums are in order: they start from c, or from zero where the kernel is `split`, and are
   * then added to c. Positions are indices into the memory; `steps` and `panels` are at least 1.
   */
  multiplyAdd(a: number, b: number, steps: number, panels: number, c: number, pitch: number): void;
};

export type Memory = Float64Array | Float32Array;

/**
 * How a kernel computes. `float64`: products and sums in float64. `float32`: both rounded to float32. `fused`: as fused
 * multiply-adds of float32 do, whose products are exact: formed and added in float64, where a product of two float32 is
 * exact, then rounded to float32. The sum is rounded twice, which differs from one rounding only where the first one ends
 * within 2⁻²⁹ of a tie.
 */
export type Rounding = 'float64' | 'float32' | 'fused';

// Opcodes of the WebAssembly 2.0 specification, section 5.4; two-byte vector opcodes follow the prefix 0xfd.
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const I32_CONST = 0x41;
const I32_ADD = 0x6a;
const I32_LT_U = 0x49;
const LOOP = [0x03, 0x40];
const BR_IF_0 = [0x0d, 0x00];
const END = 0x0b;
const V128 = 0x7b;
const I32 = 0x7f;
/** v128.const 0 */
const ZERO = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
/** A memory access: opcode, alignment (as a power of two), offset in bytes. */
const access = (opcode: number, align: number, offset: number) => [0xfd, opcode, align, ...leb(offset)];
const load = (offset: number) => access(0x00, 3, offset);
const store = (offset: number) => access(0x0b, 3, offset);

/** The instructions of one element type. `round` follows every addition. */
type Elements = {
  readonly bytes: 4 | 8;
  splat(offset: number): number[];
  readonly multiply: readonly number[];
  readonly add: readonly number[];
  readonly round: readonly number[];
};

const DOUBLE: Elements = {
  bytes: 8,
  splat: (offset) => access(0x0a, 3, offset),
  multiply: [0xfd, 0xf2, 0x01],
  add: [0xfd, 0xf0, 0x01],
  round: [],
};

const ELEMENTS: { readonly [R in Rounding]: Elements } = {
  float64: DOUBLE,
  float32: {
    bytes: 4,
    splat: (offset) => access(0x09, 2, offset),
    multiply: [0xfd, 0xe6, 0x01],
    add: [0xfd, 0xe4, 0x01],
    round: [],
  },
  // f32x4.demote_f64x2_zero, then f64x2.promote_low_f32x4.
  fused: { ...DOUBLE, round: [0xfd, 0x5e, 0xfd, 0x5f] },
};

/** An unsigned integer in LEB128. */
function leb(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)];
}

const vector = (items: readonly number[][]) => [...leb(items.length), ...items.flat()];
const section = (id: number, content: number[]) => [id, ...leb(content.length), ...content];
const name = (text: string) => [...leb(text.length), ...[...text].map((letter) => letter.charCodeAt(0))];

/**
 * The function's locals: parameters a, its end, b, its end, c, pitch; then the read position in a and a line of c;
 * eight sums, two vectors of b, and one element of a in all lanes. Positions and the pitch are in bytes.
 */
function body({ bytes, splat, multiply, add, round }: Elements, split: boolean): number[] {
  const [a, endA, b, endB, c, pitch, at, line, sums, b0, element] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 18];
  const advance = (pointer: number, how: number) => [GET, pointer, I32_CONST, TILE * bytes, I32_ADD, how, pointer];
  const rows = [0, 1, 2, 3];
  /** Vectors in a line of the block: two of float64, one of float32. */
  const parts = bytes === 8 ? [0, 1] : [0];
  const sum = (row: number, part: number) => sums + 2 * row + part;
  /** Calls for each line of c in turn, with `line` at its start. */
  const lines = (each: (row: number) => number[]) => [
    ...[GET, c, SET, line],
    ...rows.flatMap((row) => [...each(row), GET, line, GET, pitch, I32_ADD, SET, line]),
  ];
  const clear = rows.flatMap((row) => parts.flatMap((part) => [...ZERO, SET, sum(row, part)]));
  const fetch = lines((row) => parts.flatMap((part) => [GET, line, ...load(16 * part), SET, sum(row, part)]));
  const step = rows.flatMap((row) => [
    ...[GET, at, ...splat(bytes * row), SET, element],
    ...parts.flatMap((part) => [
      ...[GET, sum(row, part), GET, element, GET, b0 + part, ...multiply, ...add, ...round, SET, sum(row, part)],
    ]),
  ]);
  const inner = [
    ...LOOP,
    ...parts.flatMap((part) => [GET, b, ...load(16 * part), SET, b0 + part]),
    ...step,
    ...advance(b, SET),
    ...advance(at, TEE),
    ...[GET, endA, I32_LT_U, ...BR_IF_0, END],
  ];
  const keep = lines((row) => parts.flatMap((part) => [GET, line, GET, sum(row, part), ...store(16 * part)]));
  const addUp = lines((row) =>
    parts.flatMap((part) => [
      ...[GET, line, GET, line, ...load(16 * part), GET, sum(row, part), ...add, ...round, ...store(16 * part)],
    ]),
  );
  const panel = [
    ...[GET, a, SET, at],
    ...(split ? clear : fetch),
    ...inner,
    ...(split ? addUp : keep),
    ...advance(c, SET),
    ...[GET, b, GET, endB, I32_LT_U, ...BR_IF_0],
  ];
  return [
    ...vector([
      [2, I32],
      [11, V128],
    ]),
    ...LOOP,
    ...panel,
    END,
    END,
  ];
}

function assemble(elements: Elements, split: boolean): Uint8Array<ArrayBuffer> {
  const code = body(elements, split);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, ...vector([[I32], [I32], [I32], [I32], [I32], [I32]]), ...vector([])]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, 1]])),
    ...section(
      7,
      vector([
        [...name('memory'), 2, 0],
        [...name('multiplyAdd'), 0, 0],
      ]),
    ),
    ...section(10, vector([[...leb(code.length), ...code]])),
  ]);
}

const PAGE = 65_536;

/**
 * Creates a kernel with its own memory; `split`: each call's sums start from zero. Throws where the engine has no
 * WebAssembly SIMD (available since Node 16 and Chrome 91).
 */
export function createKernel(rounding: Rounding, split: boolean): Kernel {
  const elements = ELEMENTS[rounding];
  const { bytes } = elements;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(elements, split)));
  const memory = exports.memory as WebAssembly.Memory;
  const run = exports.multiplyAdd as (...bytes: [number, number, number, number, number, number]) => void;
  return {
    memory(length) {
      const missing = Math.ceil((length * bytes) / PAGE) - memory.buffer.byteLength / PAGE;
      if (missing > 0) memory.grow(missing);
      return bytes === 8 ? new Float64Array(memory.buffer) : new Float32Array(memory.buffer);
    },
    multiplyAdd(a, b, steps, panels, c, pitch) {
      const panel = bytes * TILE * steps;
      run(bytes * a, bytes * a + panel, bytes * b, bytes * b + panels * panel, bytes * c, bytes * pitch);
    },
  };
}
