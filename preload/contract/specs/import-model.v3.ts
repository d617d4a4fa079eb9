import { z } from 'zod';
import { activationSchema, fingerprintSchema, preprocessingSchema, seedSchema } from './common';

/**
 * Reads a CLIP checkpoint: the pre-trained image encoder, and the text tower with its tokenizer if it is
 * there. What the files say is read from them; a field that is not null overrides it.
 */
export const importModelV3 = z
  .object({
    kind: z.literal('import-model'),
    specVersion: z.literal(3),
    params: z
      .object({
        /** Absolute path of the file or folder. */
        path: z.string().min(1),
        fingerprint: fingerprintSchema,
        name: z.string().min(1).max(120),
        /** Attention heads of the image tower. */
        heads: z.int().min(1).max(256).nullable(),
        /** Activation of the MLPs of both towers. */
        activation: activationSchema.nullable(),
        preprocessing: preprocessingSchema.nullable(),
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

/** Brings a specification of version 2, in which a format said its facts, to version 3, where the files do. */
export function importModelFromV2(spec: Record<string, unknown>): Record<string, unknown> {
  const { source = {}, ...params } = spec.params as { source?: Record<string, unknown> };
  const { heads = null, activation = null, preprocessing = null } = source;
  return { ...spec, specVersion: 3, params: { ...params, heads, activation, preprocessing } };
}
