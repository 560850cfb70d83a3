import { z } from 'zod';

/**
 * What became of a suspect output in the same run: the first node, or piece of the network, that is proven wrong by its
 * worst-case bound when it is fed its own measured input; or why nothing was proven; or that every node alone is as exact
 * as right implementations are, as where a runtime uses Winograd's convolution.
 */
export const settledSchema = z.union([
  z.strictObject({
    /** The last node of the piece, as the loaded file names it, and the piece's operators in order. */
    node: z.string(),
    ops: z.array(z.string()).min(1),
    /** Index of the input that it was run on. */
    input: z.int().nonnegative(),
    /** Error at the worst element, absolute; error ÷ worst-case bound there: null where values are wrong by kind. */
    error: z.number(),
    ratio: z.number().nullable(),
    /**
     * Which values were outputs too: none (`whole`), those of all nodes, those that no runtime fuses away, the ends of
     * residual blocks, or the stages'.
     */
    how: z.enum(['whole', 'nodes', 'fused', 'blocks', 'stages']),
  }),
  z.strictObject({
    undecided: z.string(),
    /** The first piece that is beyond what right implementations of it do, and by how much; absent where none is. */
    odd: z.strictObject({ node: z.string(), ops: z.array(z.string()).min(1), ratio: z.number() }).optional(),
  }),
  /** Number of nodes, all of the network, that are each as exact as right implementations are. */
  z.strictObject({ lessExact: z.int().positive() }),
]);
export type Settled = z.infer<typeof settledSchema>;
