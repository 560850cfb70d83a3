import { type Tensor, zeros } from '../tensor.ts';

/** x·weightᵀ + bias: x [N, in], weight [out, in], bias [out] or undefined (ONNX Gemm with transB). */
export function gemm(
  x: Tensor,
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  shape: readonly number[],
): Tensor {
  const out = zeros(shape);
  const features = x.shape[1] ?? 0;
  const width = shape[1] ?? 0;
  for (let i = 0; i < out.data.length; i++) {
    const row = Math.floor(i / width) * features;
    const column = (i % width) * features;
    let sum = 0;
    for (let k = 0; k < features; k++) sum += (x.data[row + k] as number) * (weight[column + k] as number);
    out.data[i] = sum + (bias?.[i % width] ?? 0);
  }
  return out;
}
