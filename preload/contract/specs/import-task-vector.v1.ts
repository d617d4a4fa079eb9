import { z } from 'zod';
import { artifactIdSchema, fingerprintSchema, finetuningModeSchema, seedSchema } from './common';

/**
 * Reads what somebody else fine-tuned from a model as a task vector: a checkpoint, of which the model is
 * subtracted; the numbered lists of a linearised encoder, whose difference is taken; or a file of
 * differences by parameter name.
 */
export const importTaskVectorV1 = z
  .object({
    kind: z.literal('import-task-vector'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Absolute path of the file or folder. */
        path: z.string().min(1),
        fingerprint: fingerprintSchema,
        /** What it was fine-tuned on, for people. */
        name: z.string().min(1).max(120),
        /** Whether the file holds θ or τ = θ − θ0; null for what it says itself, and θ where it says nothing. */
        content: z.enum(['weights', 'difference']).nullable(),
        /** How it was fine-tuned; null for what the file says. */
        mode: finetuningModeSchema.nullable(),
      })
      .strict(),
    inputs: z.object({ model: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();
