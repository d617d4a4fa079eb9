import { z } from 'zod';
import { artifactIdSchema, seedSchema } from './common';

/**
 * Writes θ0 + Σ α_t τ_t, or its parts, as files that other programs read. Formats: `hugging-face`, a folder
 * of transformers (a whole CLIPModel with a text encoder, else its image tower with projection);
 * `open-clip`, a state dict; `task-vector`, Σ α_t τ_t by the checkpoint's names; `linearized`, θ0 and
 * Σ α_t τ_t with the code that loads them in PyTorch.
 */
export const exportModelV1 = z
  .object({
    kind: z.literal('export-model'),
    specVersion: z.literal(1),
    params: z
      .object({
        format: z.enum(['hugging-face', 'open-clip', 'task-vector', 'linearized']),
        /** α_t, one for each task vector. */
        scalingCoefs: z.array(z.number()),
      })
      .strict(),
    inputs: z
      .object({
        /** θ0. */
        model: artifactIdSchema,
        taskVectors: z.array(artifactIdSchema),
        /** Put beside the image tower where the format can hold it. */
        textEncoder: artifactIdSchema.nullable(),
        tokenizer: artifactIdSchema.nullable(),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict()
  .refine(({ params, inputs }) => params.scalingCoefs.length === inputs.taskVectors.length, {
    message: 'must have one coefficient for each task vector',
    path: ['params', 'scalingCoefs'],
  });
