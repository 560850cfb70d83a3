import { z } from 'zod';

const count = z.number().int().nonnegative();

/** The share of a network's channels that a visit's inputs reach: see reference/judge/coverage.ts. */
export const coverageSchema = z.strictObject({
  inputs: count,
  relu: z.strictObject({ channels: count, active: count, crossed: count }),
  conv: z.strictObject({ channels: count, active: count }),
  dead: z.array(z.strictObject({ node: z.string(), channels: count })),
  deadNodes: count,
});

/** The coverage of a model at a batch and size. */
export const coveredSchema = z.strictObject({
  model: z.string(),
  batch: count,
  size: count,
  ...coverageSchema.shape,
});
export type Covered = z.infer<typeof coveredSchema>;
