import { z } from 'zod';
import {
  adamWSchema,
  artifactIdSchema,
  augmentationSchema,
  engineRequestSchema,
  finetuningModeSchema,
  seedSchema,
  trainingScheduleSchema,
} from './common';

/** Fine-tunes the image encoder on one task with its head frozen, in f or in its first-order expansion. */
export const finetuneV2 = z
  .object({
    kind: z.literal('finetune'),
    specVersion: z.literal(2),
    params: z
      .object({
        mode: finetuningModeSchema,
        augmentation: augmentationSchema,
        optimizer: adamWSchema,
        schedule: trainingScheduleSchema,
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z.object({ model: artifactIdSchema, dataset: artifactIdSchema, head: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();

/** Brings a specification of version 1, whose images were cut at the center, to version 2. */
export function finetuneFromV1(spec: Record<string, unknown>): Record<string, unknown> {
  const params = spec.params as Record<string, unknown>;
  return { ...spec, specVersion: 2, params: { ...params, augmentation: 'none' } };
}
