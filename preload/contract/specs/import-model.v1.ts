import { z } from 'zod';
import { activationSchema, fingerprintSchema, preprocessingSchema, seedSchema } from './common';

/** Reads a safetensors file with open_clip's `visual.*` parameter names as a pre-trained image encoder. */
export const importModelV1 = z
  .object({
    kind: z.literal('import-model'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Absolute path of the file. */
        file: z.string().min(1),
        fingerprint: fingerprintSchema,
        name: z.string().min(1).max(120),
        /** Attention heads; the one size that the shapes of the weights do not tell. */
        heads: z.int().min(1).max(256),
        activation: activationSchema,
        preprocessing: preprocessingSchema,
      })
      .strict(),
    inputs: z.object({}).strict(),
    seed: seedSchema,
  })
  .strict();
