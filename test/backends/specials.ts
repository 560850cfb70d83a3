/**
 * How backends treat special values where they deviate from IEEE 754 and ONNX, or where these leave it open. As
 * measured.
 */
export type Special = {
  readonly ops: readonly string[];
  readonly values: readonly string[];
  /** The correct kind of value, and the kind that comes out instead. */
  readonly does: string;
  readonly backends: readonly string[];
  /** The reason, and its source. */
  readonly source: string;
};

const ORT_WEBGPU = ['ort-node/webgpu', 'ort-web/webgpu', 'ort-web/webgpu-jsep'];
const WEBGPU = [...ORT_WEBGPU, 'tfjs/webgpu'];
const GPU = [...WEBGPU, 'tfjs/webgl'];

/** Backends whose rows hold for the software adapter SwiftShader only: shading languages leave other GPUs free. */
export const ON_GPU: ReadonlySet<string> = new Set(GPU);

/** Backends whose rows hold on x86-64: other processors' instructions differ in NaN. */
export const ON_X64: ReadonlySet<string> = new Set(['ort-node/cpu', 'ort-web/wasm', 'tfjs/wasm']);

/** Every tested backend. */
export const WATCHED: readonly string[] = [...ON_X64, 'tfjs/cpu', ...GPU];

const FREE = 'WGSL 15.7.2 lets a GPU assume that there is neither NaN nor infinity';
const ARITHMETIC = [
  ...['Add', 'Conv 1×1', 'Conv 3×3', 'Conv 3×3 → Relu', 'BatchNormalization'],
  ...['MaxPool', 'GlobalAveragePool', 'GlobalAveragePool → Gemm'],
];

export const SPECIALS: readonly Special[] = [
  {
    ops: ARITHMETIC,
    values: ['all denormal'],
    does: 'denormal → 0',
    backends: GPU,
    source: 'WGSL 15.7.2 and GLSL ES 3.00 4.5.1 allow it, and so does the judge',
  },
  {
    ops: ['Relu'],
    values: ['all denormal'],
    does: 'denormal → 0',
    backends: [...ORT_WEBGPU, 'tfjs/webgl'],
    source: 'as above; tfjs/webgpu selects its input, which is no arithmetic',
  },
  { ops: ['Relu', 'Conv 3×3 → Relu'], values: ['NaN'], does: 'NaN → 0', backends: ORT_WEBGPU, source: FREE },
  {
    ops: ['Conv 3×3 → Relu'],
    values: ['+∞ beside −∞'],
    does: 'NaN → 0',
    backends: ORT_WEBGPU,
    source: FREE,
  },
  {
    ops: ['Conv 3×3 → Relu'],
    values: ['+∞ beside −∞'],
    does: 'NaN → 0',
    backends: ['tfjs/wasm'],
    source: 'a NaN of the input stays, one that ∞ − ∞ makes does not',
  },
  {
    ops: ['Relu', 'Conv 3×3 → Relu'],
    values: ['−∞', '+∞ beside −∞', 'all −∞'],
    does: '0 → NaN',
    backends: ['tfjs/webgl'],
    source: 'RELU_PACKED multiplies with the comparison’s 0, and −∞ × 0 is NaN',
  },
  {
    ops: ['Conv 3×3 → Relu'],
    values: ['all −3e38'],
    does: '0 → NaN',
    backends: ['tfjs/webgl'],
    source: 'as above, after the convolution’s sum has overflowed to −∞',
  },
  {
    ops: ['Conv 3×3 with an infinite weight'],
    values: ['plain'],
    does: 'finite → NaN',
    backends: ['ort-web/wasm', 'tfjs/wasm', ...GPU],
    source: 'padding is multiplied, and 0 × ∞ is NaN; ONNX does not say, and its own evaluator has done both',
  },
  {
    ops: ['BatchNormalization'],
    values: ['all 3e38'],
    does: 'finite → +∞',
    backends: ORT_WEBGPU,
    source: 'divides by the deviation before it scales (jsep/webgpu/ops/batch-norm.ts), which leaves float32’s range',
  },
  {
    ops: ['BatchNormalization'],
    values: ['all −3e38'],
    does: 'finite → −∞',
    backends: ORT_WEBGPU,
    source: 'as above',
  },
  {
    ops: ['GlobalAveragePool'],
    values: ['all 3e38'],
    does: 'finite → +∞',
    backends: ['ort-node/cpu', 'ort-web/wasm', 'tfjs/wasm', ...WEBGPU],
    source: 'sums before it divides; tfjs/cpu and tfjs/webgl divide first',
  },
  {
    ops: ['GlobalAveragePool'],
    values: ['all −3e38'],
    does: 'finite → −∞',
    backends: ['ort-node/cpu', 'ort-web/wasm', 'tfjs/wasm', ...WEBGPU],
    source: 'as above',
  },
  {
    ops: ['MaxPool'],
    values: ['NaN'],
    does: 'NaN → finite',
    backends: ['ort-node/cpu', 'tfjs/cpu', 'tfjs/wasm', ...GPU],
    source: 'NaN loses every comparison; ONNX does not say, PyTorch and ort-web/wasm let it win',
  },
  {
    ops: ['MaxPool'],
    values: ['all −∞'],
    does: '−∞ → −largest',
    backends: ['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu', 'ort-web/webgpu'],
    source: 'starts from the lowest float32 instead of −∞',
  },
  {
    ops: ['MaxPool'],
    values: ['all −∞'],
    does: '−∞ → −largest',
    backends: ['tfjs/cpu', 'tfjs/wasm'],
    source: 'this project’s export pads with the lowest float32, since GPUs need not know −∞',
  },
  {
    ops: ['MaxPool'],
    values: ['all −∞'],
    does: '−∞ → finite',
    backends: ['ort-web/webgpu-jsep', 'tfjs/webgl', 'tfjs/webgpu'],
    source: 'starts from −1e5 (jsep/webgpu/ops/pool.ts) or −1e20 (pool_gpu, pool_webgpu)',
  },
  {
    ops: ['MaxPool'],
    values: ['all −3e38'],
    does: 'finite → finite',
    backends: ['ort-web/webgpu-jsep', 'tfjs/webgl', 'tfjs/webgpu'],
    source: 'as above: −1e5 and −1e20 come out',
  },
  {
    ops: ['MaxPool'],
    values: ['all −1e6'],
    does: 'finite → finite',
    backends: ['ort-web/webgpu-jsep'],
    source: 'as above: −1e5 comes out',
  },
];

/** The known deviations of a backend, named as in `deviations`. */
export const knownOf = (backend: string): string[] =>
  SPECIALS.filter((row) => row.backends.includes(backend)).flatMap(({ ops, values, does }) =>
    ops.flatMap((op) => values.map((value) => `${op}, ${value}: ${does}`)),
  );

/** The rows as lines of a Markdown table. */
export const specialsTable = (): string[] => [
  '| operator | values | instead | backends | why |',
  '| --- | --- | --- | --- | --- |',
  ...SPECIALS.map(({ ops, values, does, backends, source }) => {
    const every = GPU.every((backend) => backends.includes(backend));
    const named = every ? [...backends.filter((backend) => !ON_GPU.has(backend)), 'every GPU backend'] : backends;
    const operators = ops === ARITHMETIC ? 'all but Relu' : ops.join(', ');
    return `| ${operators} | ${values.join(', ')} | ${does} | ${named.join(', ')} | ${source} |`;
  }),
];
