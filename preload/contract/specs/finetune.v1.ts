import { z } from 'zod';
import {
  adamWSchema,
  artifactIdSchema,
  engineRequestSchema,
  finetuningModeSchema,
  seedSchema,
  trainingScheduleSchema,
} from './common';

/** Fine-tunes the image encoder on one task with its head frozen, in f or in its first-order expansion. */
export const finetuneV1 = z
  .object({
    kind: z.literal('finetune'),
    specVersion: z.literal(1),
    params: z
      .object({
        mode: finetuningModeSchema,
        optimizer: adamWSchema,
        schedule: trainingScheduleSchema,
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z.object({ model: artifactIdSchema, dataset: artifactIdSchema, head: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();
