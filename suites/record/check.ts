import { z } from 'zod';

const agreementSchema = z.strictObject({ agree: z.number().int(), of: z.number().int() });

/**
 * One comparison of an output (or tap) with the float64 truth, at three levels: the worst element, the tensor as a
 * whole, and what logits decide. Errors are absolute, in the tensor's units.
 */
export const checkSchema = z.strictObject({
  /** `logits`, or a stage's name. */
  tensor: z.string(),
  /** Runs compared; the figures are the worst of them. */
  runs: z.number().int(),
  /** Largest |output − truth| over what compares as numbers: `nonfinite`, `lost` and `special` count the rest. */
  error: z.number(),
  /** Largest |truth| in float32's range: error ÷ scale is the relative error. */
  scale: z.number(),
  /** What the bound allows at the element with the least margin: a statistical one, or a layer's rigorous one. */
  allowed: z.number(),
  /** Largest error ÷ allowed over the elements: above 1 is wrong. */
  ratio: z.number(),
  /** Smallest `atol` with which |output − truth| ≤ atol + 1e-5·|truth| holds for every element, as in numpy.allclose. */
  atol: z.number(),
  /** The error's Euclidean norm over the truth's; null where the truth is 0 and the output is not, or values are wrong by kind. */
  relativeL2: z.number().nullable(),
  /** 1 − cosine of the angle between output and truth, computed from the error; null likewise, or where the output is 0. */
  cosineDistance: z.number().nullable(),
  /** 20·log10 of the truth's norm over the error's norm, in dB; null likewise, or where the error is 0. */
  snr: z.number().nullable(),
  /** Values NaN or infinite that should be finite; values other than the NaN or infinity that is right. */
  nonfinite: z.number().int(),
  lost: z.number().int(),
  /** Values rightly NaN or infinite. */
  special: z.number().int(),
  /** Images whose Top-1 class, or set of Top-5 classes, agrees, of those whose truth decides it; null for taps. */
  top1: agreementSchema.nullable(),
  top5: agreementSchema.nullable(),
});
export type Check = z.infer<typeof checkSchema>;

/** Values that `logits` may hold at most: 1000 classes and their bounds take 11 kB of a record. */
export const MAX_LOGITS = 4096;

/** Bytes that a base64 text holds. */
const bytesIn = (text: string): number => (text.length / 4) * 3 - (text.match(/=*$/)?.[0].length ?? 0);

const floats = z
  .base64()
  .max(Math.ceil((4 * MAX_LOGITS) / 3) * 4)
  .refine((text) => bytesIn(text) % 4 === 0, 'it is no whole number of float32');

/**
 * One output, so that reports can compare backends with each other: figures against the truth do not tell which
 * outputs are bit-identical, nor which stand together against one. Little-endian float32 in base64.
 */
export const logitsSchema = z.strictObject({
  values: floats,
  /** What each value may differ from the truth by. */
  allowed: floats,
});
export type Logits = z.infer<typeof logitsSchema>;
