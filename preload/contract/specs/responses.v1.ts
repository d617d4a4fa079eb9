import { z } from 'zod';
import { artifactIdSchema, engineRequestSchema, seedSchema, splitNameSchema } from './common';

const distinct = (ids: readonly string[]) => new Set(ids).size === ids.length;

/**
 * Stores f(x; θ0) and J(θ0) τ_t of images for every task vector: all that is needed to evaluate the linearised
 * model at any coefficients and under any head, without the network.
 */
export const responsesV1 = z
  .object({
    kind: z.literal('responses'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Splits of every dataset. */
        splits: z.array(splitNameSchema).min(1).refine(distinct, 'must not repeat a split'),
        /** Images of each split, drawn with the seed; null for all. */
        imageCount: z.int().min(1).max(10_000_000).nullable(),
        batchSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        taskVectors: z.array(artifactIdSchema).min(1).refine(distinct, 'must not repeat a task vector'),
        datasets: z.array(artifactIdSchema).min(1).refine(distinct, 'must not repeat a dataset'),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict();
