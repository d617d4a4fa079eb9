import { z } from 'zod';
import { activationSchema, fingerprintSchema, preprocessingSchema, seedSchema } from './common';

/**
 * Reads a checkpoint as a pre-trained image encoder: a safetensors file with open_clip's `visual.*`
 * parameter names, or a Hugging Face CLIP folder (config.json and model.safetensors).
 */
export const importModelV2 = z
  .object({
    kind: z.literal('import-model'),
    specVersion: z.literal(2),
    params: z
      .object({
        /** Absolute path of the file or folder. */
        path: z.string().min(1),
        fingerprint: fingerprintSchema,
        name: z.string().min(1).max(120),
        source: z.discriminatedUnion('format', [
          z
            .object({
              format: z.literal('open-clip'),
              /** Attention heads; the one size that the shapes of the weights do not tell. */
              heads: z.int().min(1).max(256),
              activation: activationSchema,
              preprocessing: preprocessingSchema,
            })
            .strict(),
          z.object({ format: z.literal('hugging-face') }).strict(),
        ]),
      })
      .strict(),
    inputs: z.object({}).strict(),
    seed: seedSchema,
  })
  .strict();

/** Brings a specification of version 1, which knew files of open_clip only, to version 2. */
export function importModelFromV1(spec: Record<string, unknown>): Record<string, unknown> {
  const { file, fingerprint, name, ...source } = spec.params as Record<string, unknown>;
  return {
    ...spec,
    specVersion: 2,
    params: { path: file, fingerprint, name, source: { format: 'open-clip', ...source } },
  };
}
