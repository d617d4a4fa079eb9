import { z } from 'zod';
import { artifactIdSchema, engineRequestSchema, evaluationModeSchema, seedSchema } from './common';

/**
 * Measures θ0 + α Σ_t c_t τ_t for any coefficients on any tasks, for example the analogy τ_C + (τ_B − τ_A) on a task
 * that nothing was trained on (arXiv 2212.04089, section 5). α is chosen on the tasks' validation splits by the mean
 * accuracy, or is 1.
 */
export const editCombineV1 = z
  .object({
    kind: z.literal('edit-combine'),
    specVersion: z.literal(1),
    params: z
      .object({
        mode: evaluationModeSchema,
        /** c_t, one for each task vector. */
        scalingCoefs: z.array(z.number().min(-100).max(100)).min(1),
        /** Number of equidistant α from 0 to 1, both included; null for α = 1. */
        gridPoints: z.int().min(2).max(1001).nullable(),
        batchSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        taskVectors: z.array(artifactIdSchema).min(1),
        /** Where the combination is measured. */
        tasks: z.array(z.object({ dataset: artifactIdSchema, head: artifactIdSchema }).strict()).min(1),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict()
  .refine(({ params, inputs }) => params.scalingCoefs.length === inputs.taskVectors.length, {
    message: 'must hold one coefficient for each task vector',
    path: ['params', 'scalingCoefs'],
  });
