import { z } from 'zod';
import { differsSchema } from '../record/units.ts';

/** Images by their number, and the first few by name, each with why it is listed. */
const notedSchema = z.strictObject({
  count: z.int().positive(),
  first: z.array(z.strictObject({ name: z.string(), reason: z.string() })).readonly(),
});

/**
 * An image whose class the float64 reference decided on: the class that the backend gave it, and the reference's. By
 * the reference's logits, its best is above that of the backend's class by `lead`, and above its second best by
 * `margin`. `allowed` is the sum of the errors that two logits may have: a class is wrong where its lead is larger.
 */
const decidedSchema = z.strictObject({
  image: z.int().nonnegative(),
  got: z.int().min(-1),
  reference: z.int().nonnegative(),
  lead: z.number().nonnegative(),
  margin: z.number().nonnegative(),
  allowed: z.number().nonnegative(),
  /** Logits that are NaN or infinite where all of the reference's are finite: such an image is wrong. */
  nonfinite: z.int().positive().optional(),
});
export type Decided = z.infer<typeof decidedSchema>;

export const settledImagesSchema = z.strictObject({
  /** Why these images: their class is not PyTorch's or not an earlier backend's, or they are samples of all. */
  chosen: z.enum(['differing', 'samples']),
  images: z.array(decidedSchema),
  /** How many more images were to be settled, and why they were not. */
  open: z.int().nonnegative(),
  why: z.string().optional(),
});
export type SettledImages = z.infer<typeof settledImagesSchema>;

/** A usual mistake, as what the network seems to expect, and how many of the tried images are correct so. */
const explanationSchema = z.strictObject({ mistake: z.string(), right: z.int().nonnegative() });

/** What explains a score that is in doubt: see diagnosis.ts. */
export const diagnosisSchema = z.strictObject({
  /** Images that were tried, and how many are correct as requested. */
  images: z.int().positive(),
  right: z.int().nonnegative(),
  /** The mistake that explains it; null where none does. */
  best: explanationSchema.nullable(),
  /** Others, as simple, that the images cannot tell from it. */
  equal: z.array(explanationSchema),
  /** Where none explains it: usual mistakes that the images cannot tell from the request. Absent where they tell all. */
  alike: z.array(explanationSchema).optional(),
});

/** How images are classified that a browser decodes, resizes and crops, as web pages do, beside the exact ones. */
const drawnSchema = z.strictObject({
  /** Images that were drawn, from the first classified one on, and how many are right by their exact pixels. */
  images: z.int().positive(),
  right: z.int().nonnegative(),
  /** Those that the browser could not decode: they are not counted. */
  failed: notedSchema.optional(),
  ways: z.array(
    z.strictObject({
      /** What the page called, and the quality that it asked for: see contract/drawing.ts. */
      way: z.string(),
      right: z.int().nonnegative(),
      /** Images that are right by their exact pixels only, and by the drawn ones only. */
      lost: z.int().nonnegative(),
      gained: z.int().nonnegative(),
      /** Of the values of all pixels, 0 to 255, the largest and the mean difference from the exact ones. */
      largest: z.int().nonnegative(),
      mean: z.number().nonnegative(),
      /** Images of another class: by their exact pixels and drawn, with the difference of the two largest logits. */
      differs: z.array(
        z.strictObject({
          image: z.int().nonnegative(),
          name: z.string(),
          exact: z.int().min(-1),
          got: z.int().min(-1),
          exactMargin: z.number().nullable(),
          margin: z.number().nullable(),
        }),
      ),
    }),
  ),
});
export type DrawnImages = z.infer<typeof drawnSchema>;

/** Values of float32 in base64, little-endian, in texts of up to PIECE images: a line of a run file holds no longer ones. */
const floatsSchema = z.array(z.string());

const fields = z.strictObject({
  suite: z.literal('accuracy'),
  dataset: z.string(),
  images: z.number().int(),
  /** Images that the data set has on this machine. `images` is less where the budget ended first. */
  available: z.number().int(),
  top1: z.number().int(),
  top5: z.number().int(),
  /** Images whose predicted class differs from PyTorch's; null where PyTorch's predictions are unknown. */
  differs: differsSchema.nullable(),
  /** Logits that are NaN or infinite; absent where there is none. */
  nonfinite: z.int().positive().optional(),
  /** Images of the set that could not be decoded, or have no class of the network: they are not scored. */
  skipped: notedSchema.optional(),
  /** Images that equal an earlier one. They are scored. */
  duplicates: notedSchema.optional(),
  /**
   * Where shards split the images: the parts, in order. Each is classified from its first image on, and `images` is less
   * than `planned` where the budget ended first. Absent where the whole set was planned.
   */
  parts: z
    .array(
      z.strictObject({
        first: z.int().nonnegative(),
        planned: z.int().nonnegative(),
        images: z.int().nonnegative(),
      }),
    )
    .min(1)
    .optional(),
  /**
   * Of each classified image, in order: its class by the network (−1 where every logit is NaN) and its label; the softmax
   * probability of that class; and the difference of the two largest logits. Absent in older files.
   */
  answers: z.array(z.int().min(-1)).optional(),
  labels: z.array(z.int().nonnegative()).optional(),
  confidences: floatsSchema.optional(),
  margins: floatsSchema.optional(),
  /** File names of images that differ or were settled, where the set's images are files. */
  names: z.array(z.strictObject({ image: z.int().nonnegative(), name: z.string() })).optional(),
  /** Names of the classes, in order, of a folder that the user gave; absent where they are not known. */
  classNames: z.array(z.string()).optional(),
  /** SHA-256 of the set's decoded pixels, where known. */
  pixels: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /**
   * Images that were classified in so many seconds, with all that reads and prepares them: from the cache, or while they
   * were decoded. Fewer than all where a run was resumed. Absent where parts are joined, and in older files.
   */
  speed: z
    .strictObject({
      images: z.int().nonnegative(),
      seconds: z.number().nonnegative(),
      from: z.enum(['cache', 'decoding']),
    })
    .optional(),
  /** Present where the score was in doubt, and the usual mistakes were tried. */
  diagnosis: diagnosisSchema.optional(),
  /** Present where the visit also classified images as its browser draws them. */
  drawn: drawnSchema.optional(),
  /** What the float64 reference says of images; absent where it was not asked. */
  settled: settledImagesSchema.optional(),
});

export const accuracySchema = fields.refine(
  ({ images, answers, labels }) => [answers, labels].every((one) => (one?.length ?? images) === images),
  { error: 'answers and labels are not as many as images' },
);
export type AccuracyResult = z.infer<typeof accuracySchema>;
