import { z } from 'zod';

/** A GPU as its driver or browser describes it; null is not told. */
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
  /** Whether the WebAssembly that was loaded uses SIMD, and waits for JavaScript's promises (JSPI); null without any. */
  simd: z.boolean().nullable(),
  jspi: z.boolean().nullable(),
  /** Whether the WebGPU adapter has shader-f16; null on other devices, and where it is not told. */
  float16: z.boolean().nullable(),
  /** Whether the page may share memory between threads; null in Node. */
  crossOriginIsolated: z.boolean().nullable(),
  /** Whether CUDA may round the factors of float32 products to TF32; null on other devices. */
  tf32: z.boolean().nullable(),
});
export type Features = z.infer<typeof featuresSchema>;

/** Where the nodes of a session really ran, and how that is known. */
export const placementSchema = z.strictObject({
  /** Device that computed: cpu, wasm, webgl, webgpu, webnn, cuda. */
  device: z.string(),
  /** The evidence, in words: `placement log`, `kernel profile`, … */
  proof: z.string(),
  /** Nodes (or kernels) counted by the provider that ran them. Empty where the runtime does not tell. */
  nodes: z.record(z.string(), z.number().int()),
  /** Nodes on another provider than asked; copies between devices among the nodes. Absent where it does not tell. */
  fallbacks: z.number().int().optional(),
  copies: z.number().int().optional(),
  /** How values are stored and computed with, in words. */
  numerics: z.string().optional(),
  adapter: adapterSchema.optional(),
  threads: z.strictObject({ asked: z.number().int(), got: z.number().int() }).optional(),
  features: featuresSchema.optional(),
  notes: z.array(z.string()),
});
export type Placement = z.infer<typeof placementSchema>;
