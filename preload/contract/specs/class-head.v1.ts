import { z } from 'zod';
import { artifactIdSchema, seedSchema } from './common';

/**
 * Makes a frozen head of fixed class embeddings: orthonormal random directions (as far as the
 * feature size allows), one per class of the dataset, times the logit scale. It stands in for a
 * zero-shot head where there is no text tower.
 */
export const classHeadV1 = z
  .object({
    kind: z.literal('class-head'),
    specVersion: z.literal(1),
    params: z.object({ featureSize: z.int().min(1).max(16_384), logitScale: z.number().positive() }).strict(),
    inputs: z.object({ dataset: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();
