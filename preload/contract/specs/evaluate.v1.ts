import { z } from 'zod';
import {
  artifactIdSchema,
  engineRequestSchema,
  evaluationModeSchema,
  seedSchema,
  splitNameSchema,
} from './common';

/**
 * Measures top-1 accuracy of θ0 + Σ α_t τ_t on one split of one task, in f (`standard`) or in the
 * first-order expansion of f at θ0 (`posthoc` for vectors trained in f, `linear` for vectors
 * trained in the expansion). Without task vectors it is the zero-shot accuracy.
 */
export const evaluateV1 = z
  .object({
    kind: z.literal('evaluate'),
    specVersion: z.literal(1),
    params: z
      .object({
        mode: evaluationModeSchema,
        split: splitNameSchema,
        /** α_t, one per task vector and in their order. */
        scalingCoefs: z.array(z.number()),
        batchSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        dataset: artifactIdSchema,
        head: artifactIdSchema,
        taskVectors: z.array(artifactIdSchema),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict()
  .refine((spec) => spec.params.scalingCoefs.length === spec.inputs.taskVectors.length, {
    message: 'needs one scaling coefficient per task vector',
    path: ['params', 'scalingCoefs'],
  });
