import { z } from 'zod';
import { artifactIdSchema, engineRequestSchema, seedSchema } from './common';

/**
 * Forecasts the peak memory and the time of a training or an analysis before it is started, from about
 * ten steps on made-up images. The result holds for the machine and engine it was made with.
 */
export const forecastV1 = z
  .object({
    kind: z.literal('forecast'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Fine-tuning in f or in its expansion, or the responses of task vectors, as edits need them. */
        work: z.enum(['standard', 'linear', 'responses']),
        batchSize: z.int().min(1).max(65_536),
        /** Training steps, or batches of images. */
        steps: z.int().min(1).max(10_000_000),
        /** T, for `responses`. */
        taskVectorCount: z.int().min(0).max(1000),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z.object({ model: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();
