import { z } from 'zod';
import { artifactIdSchema, engineRequestSchema, seedSchema } from './common';

/** How far a kernel predictor is fitted; see `KernelFit` in the numerics. */
export const kernelFitSchema = z.discriminatedUnion('by', [
  z
    .object({
      by: z.literal('ridge'),
      /** ρ, as a multiple of the mean eigenvalue; 0 interpolates. */
      ridge: z.number().min(0).max(1e6),
    })
    .strict(),
  z
    .object({
      by: z.literal('gradientFlow'),
      /** t, as a multiple of one over the mean eigenvalue. */
      time: z.number().positive().max(1e12),
    })
    .strict(),
]);

/**
 * Fits f0 + Σ_ν β_ν k(x_ν, ·) to training images of a task with the whole matrix-valued kernel of its class logits, and
 * compares it with a model that was fine-tuned in the tangent space (arXiv 2305.12827).
 */
export const kernelPredictorV1 = z
  .object({
    kind: z.literal('kernel-predictor'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Training images that are fitted, drawn with the seed. The Gram matrix has (images × classes)² numbers. */
        trainCount: z.int().min(2).max(10_000),
        /** Test images that are measured, drawn with the seed. */
        testCount: z.int().min(1).max(1_000_000),
        /** How far the predictor is fitted; each is measured, on one kernel. */
        fits: z.array(kernelFitSchema).min(1),
        blockSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        model: artifactIdSchema,
        dataset: artifactIdSchema,
        head: artifactIdSchema,
        /** A vector of kind linear of this task, to compare with. */
        taskVector: artifactIdSchema.nullable(),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict();
