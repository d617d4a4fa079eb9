import { z } from 'zod';
import { artifactIdSchema, seedSchema } from './common';

/**
 * Draws new parameters for the image tower of a model: a random θ0 with the same sizes and preprocessing, to
 * tell what pre-training gives. Protocol: arXiv 2305.12827, the comparison with random initialization.
 */
export const initializeModelV1 = z
  .object({
    kind: z.literal('initialize-model'),
    specVersion: z.literal(1),
    params: z.object({ name: z.string().min(1).max(120) }).strict(),
    inputs: z.object({ model: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();
