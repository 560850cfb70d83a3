import { z } from 'zod';

/** A GPU as its driver or browser describes it; null where not reported. */
const adapterSchema = z.strictObject({
  vendor: z.string().nullable(),
  architecture: z.string().nullable(),
  device: z.string().nullable(),
  driver: z.string().nullable(),
  description: z.string(),
  software: z.boolean(),
});
export type Adapter = z.infer<typeof adapterSchema>;

const featuresSchema = z.strictObject({
  /**
   * Whether the loaded WebAssembly uses SIMD, and JSPI (waiting for JavaScript's promises); null without WebAssembly.
   */
  simd: z.boolean().nullable(),
  jspi: z.boolean().nullable(),
  /** Whether the WebGPU adapter has shader-f16; null on other devices, and where not reported. */
  float16: z.boolean().nullable(),
  /** Whether the page may share memory between threads; null in Node. */
  crossOriginIsolated: z.boolean().nullable(),
  /** Whether CUDA may round the factors of float32 products to TF32; null on other devices. */
  tf32: z.boolean().nullable(),
});
export type Features = z.infer<typeof featuresSchema>;

/** Where the nodes of a session actually ran, and the evidence. */
export const placementSchema = z.strictObject({
  /** The device that computed: cpu, wasm, webgl, webgpu, webnn, cuda. */
  device: z.string(),
  /** The evidence, as text: `placement log`, `kernel profile`, … */
  proof: z.string(),
  /** Number of nodes (or kernels) per provider that ran them. Empty where the runtime does not report it. */
  nodes: z.record(z.string(), z.number().int()),
  /**
   * `fallbacks`: nodes on another provider than requested. `copies`: nodes that copy between devices. Absent where not
   * reported.
   */
  fallbacks: z.number().int().optional(),
  copies: z.number().int().optional(),
  /** How values are stored and computed, as text. */
  numerics: z.string().optional(),
  adapter: adapterSchema.optional(),
  threads: z.strictObject({ asked: z.number().int(), got: z.number().int() }).optional(),
  features: featuresSchema.optional(),
  notes: z.array(z.string()),
});
export type Placement = z.infer<typeof placementSchema>;
