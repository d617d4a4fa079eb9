import { z } from 'zod';
import {
  adamWSchema,
  artifactIdSchema,
  engineRequestSchema,
  preprocessingSchema,
  seedSchema,
  trainingScheduleSchema,
  visionArchitectureSchema,
} from './common';

/**
 * Trains an image encoder from scratch on several tasks together, each with its own frozen head.
 * Every batch holds images of one task; tasks take turns in an order drawn from the seed.
 */
export const pretrainV1 = z
  .object({
    kind: z.literal('pretrain'),
    specVersion: z.literal(1),
    params: z
      .object({
        name: z.string().min(1).max(120),
        architecture: visionArchitectureSchema,
        preprocessing: preprocessingSchema,
        optimizer: adamWSchema,
        schedule: trainingScheduleSchema,
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z
      .object({
        tasks: z.array(z.object({ dataset: artifactIdSchema, head: artifactIdSchema }).strict()).min(1),
      })
      .strict(),
    seed: seedSchema,
  })
  .strict();
