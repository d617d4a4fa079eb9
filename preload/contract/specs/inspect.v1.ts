import { z } from 'zod';
import { fingerprintSchema, seedSchema } from './common';

/** Looks at a checkpoint or a dataset on the user's disk and says how it would be imported; stores nothing of it. */
export const inspectV1 = z
  .object({
    kind: z.literal('inspect'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Absolute path of the file or folder. */
        path: z.string().min(1),
        fingerprint: fingerprintSchema,
        subject: z.enum(['model', 'dataset']),
      })
      .strict(),
    inputs: z.object({}).strict(),
    seed: seedSchema,
  })
  .strict();
