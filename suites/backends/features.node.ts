import type { Features } from '../record/placement.ts';
import { FLOAT32 } from './numerics.ts';

/**
 * Whether cuBLAS and cuDNN may round to TF32. ONNX Runtime (use_tf32) and TensorFlow allow it unless told otherwise;
 * NVIDIA_TF32_OVERRIDE=0 forbids it to both. Processors before Ampere have none.
 */
const tf32 = () => process.env.NVIDIA_TF32_OVERRIDE !== '0';

/** What a native runtime may use: it does not tell its instructions, nor its adapter's features. */
export const nodeFeatures = (cuda: boolean): Features => ({
  ...{ simd: null, jspi: null, float16: null, crossOriginIsolated: null },
  tf32: cuda ? tf32() : null,
});

export const cudaNumerics = (): string =>
  tf32() ? 'float32 storage, TF32 convolutions and products from Ampere on' : FLOAT32;
