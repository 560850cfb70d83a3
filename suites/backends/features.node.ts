import type { Features } from '../record/placement.ts';
import { FLOAT32 } from './numerics.ts';

/**
 * Whether cuBLAS and cuDNN may round to TF32. ONNX Runtime (use_tf32) and TensorFlow allow it by default;
 * NVIDIA_TF32_OVERRIDE=0 forbids it for both. GPUs before Ampere have no TF32.
 */
const tf32 = () => process.env.NVIDIA_TF32_OVERRIDE !== '0';

/** Features that a native runtime may use. It reports neither its instruction set nor its adapter's features. */
export const nodeFeatures = (cuda: boolean): Features => ({
  ...{ simd: null, jspi: null, float16: null, crossOriginIsolated: null },
  tf32: cuda ? tf32() : null,
});

export const cudaNumerics = (): string =>
  tf32() ? 'float32 storage, TF32 convolutions and matrix products on Ampere and later' : FLOAT32;
