import { z } from 'zod';

const agreementSchema = z.strictObject({ agree: z.number().int(), of: z.number().int() });

/**
 * One comparison of an output (or tap) with the float64 truth, at three levels: the worst element, the tensor as a
 * whole, and the classes that logits decide. Errors are absolute, in the tensor's units.
 */
export const checkSchema = z.strictObject({
  /** `logits`, or a stage's name. */
  tensor: z.string(),
  /** Number of runs compared; the figures are the worst of them. */
  runs: z.number().int(),
  /**
   * Largest |output − truth| over elements where both are finite. `nonfinite`, `lost` and `special` count the others.
   */
  error: z.number(),
  /** Largest |truth| in float32's range: error ÷ scale is the relative error. */
  scale: z.number(),
  /** The bound at the element with the smallest margin; for limits from emulations, that of the largest element. */
  allowed: z.number(),
  /** Largest error ÷ what is allowed, over the norms that are limited: at most 1 passes. */
  ratio: z.number(),
  /** The same where Winograd's algorithm is allowed for. Absent in older files. */
  wide: z.number().optional(),
  /** The norm whose ratio it is: one element, the whole tensor, or one channel. Absent in older files. */
  norm: z.enum(['element', 'tensor', 'channel']).optional(),
  channel: z.number().int().nullable().optional(),
  /** Smallest `atol` with which |output − truth| ≤ atol + 1e-5·|truth| holds for every element, as in numpy.allclose. */
  atol: z.number(),
  /** The error's Euclidean norm over the truth's; null where the truth is 0 and the output is not, or values are wrong by kind. */
  relativeL2: z.number().nullable(),
  /** 1 − cosine of the angle between output and truth, computed from the error; null likewise, or where the output is 0. */
  cosineDistance: z.number().nullable(),
  /** 20·log10 of the truth's norm over the error's norm, in dB; null likewise, or where the error is 0. */
  snr: z.number().nullable(),
  /**
   * `nonfinite`: values that are NaN or infinite but should be finite. `lost`: values that should be a NaN or an
   * infinity and are something else.
   */
  nonfinite: z.number().int(),
  lost: z.number().int(),
  /** Values that are correctly NaN or infinite. */
  special: z.number().int(),
  /**
   * Images whose Top-1 class, or set of Top-5 classes, equals the truth's, among the images that the truth decides;
   * null for taps.
   */
  top1: agreementSchema.nullable(),
  top5: agreementSchema.nullable(),
});
export type Check = z.infer<typeof checkSchema>;

/** Maximum of values in `logits`: 1000 classes and their bounds take 11 kB of a record. */
export const MAX_LOGITS = 4096;

/** Number of bytes that a base64 text decodes to. */
const bytesIn = (text: string): number => (text.length / 4) * 3 - (text.match(/=*$/)?.[0].length ?? 0);

const floats = z
  .base64()
  .max(Math.ceil((4 * MAX_LOGITS) / 3) * 4)
  .refine((text) => bytesIn(text) % 4 === 0, 'it is not a whole number of float32');

/**
 * One output, so that reports can compare backends with each other. Figures against the truth do not show which outputs
 * are bit-identical, nor which agree with each other against another. Little-endian float32 in base64.
 */
export const logitsSchema = z.strictObject({
  values: floats,
  /** The bound of each value: its largest allowed difference from the truth. */
  allowed: floats,
});
export type Logits = z.infer<typeof logitsSchema>;
