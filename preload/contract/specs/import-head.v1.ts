import { z } from 'zod';
import { artifactIdSchema, fingerprintSchema, seedSchema } from './common';

/**
 * Reads a frozen classification head (`weight`, C × features, optional `bias`, C) for one dataset, from
 * safetensors or from what PyTorch writes, such as the reference implementation's `head_*.pt`.
 */
export const importHeadV1 = z
  .object({
    kind: z.literal('import-head'),
    specVersion: z.literal(1),
    params: z.object({ file: z.string().min(1), fingerprint: fingerprintSchema }).strict(),
    inputs: z.object({ dataset: artifactIdSchema }).strict(),
    seed: seedSchema,
  })
  .strict();
