import { z } from 'zod';
import { artifactIdSchema, engineRequestSchema, fingerprintSchema, seedSchema } from './common';

const fileSchema = z
  .object({
    /** Absolute path of a safetensors file. */
    path: z.string().min(1),
    fingerprint: fingerprintSchema,
  })
  .strict();

/**
 * Encodes images given as tensors, and pushes a tangent or pulls a cotangent through the encoder, for use
 * from other tools. Parameters go by the names of the checkpoint that the model was imported from.
 */
export const applyV1 = z
  .object({
    kind: z.literal('apply'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Holds `pixels`, N × 3 × S × S, normalized. */
        pixels: fileSchema,
        /** Holds one direction for every parameter; the result then has `jvp`, N × F. */
        tangent: fileSchema.nullable(),
        /** Holds `cotangent`, N × F; the result then has `vjp.<parameter>`, summed over the images. */
        cotangent: fileSchema.nullable(),
        batchSize: z.int().min(1).max(65_536),
        engine: engineRequestSchema,
      })
      .strict(),
    inputs: z.object({ model: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();
