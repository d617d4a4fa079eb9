import { z } from 'zod';
import { artifactIdSchema, engineRequestSchema, seedSchema } from './common';

/**
 * Makes the frozen zero-shot head of a dataset from CLIP's text tower: for every class the mean of its
 * normalized prompt embeddings, normalized, times the logit scale.
 */
export const zeroShotHeadV1 = z
  .object({
    kind: z.literal('zero-shot-head'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Prompts, with `{class}` where the name of a class goes. */
        templates: z
          .array(z.string().refine((text) => text.includes('{class}'), 'must contain {class}'))
          .min(1)
          .max(1000),
        /**
         * What each class of the dataset is called in prompts, in the order of its labels; null for the names
         * of the classes with a space for every `_`.
         */
        promptNames: z.array(z.string().min(1)).min(2).nullable(),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({ dataset: artifactIdSchema, textEncoder: artifactIdSchema, tokenizer: artifactIdSchema })
      .strict(),
    seed: seedSchema,
  })
  .strict();
