import { z } from 'zod';
import { fingerprintSchema, seedSchema } from './common';

/**
 * Reads an image folder (`train/<class>/*.png|jpg|webp`, optional `val` and `test`) into the
 * artifact store. The only inputs from outside the store are this folder's files, so the spec
 * carries the fingerprint they had.
 */
export const importDatasetV1 = z
  .object({
    kind: z.literal('import-dataset'),
    specVersion: z.literal(1),
    params: z
      .object({
        /** Absolute path of the folder. */
        folder: z.string().min(1),
        fingerprint: fingerprintSchema,
        /** Name under which people find the dataset. */
        name: z.string().min(1).max(120),
        /** Fraction of `train` that becomes `val` where the folder has none. */
        valFraction: z.number().gt(0).lt(1),
        /** Upper bound of that split, in images. */
        valCap: z.int().min(1),
        /** Whether one unreadable image fails the import or is left out and reported. */
        onUnreadable: z.enum(['skip', 'fail']),
      })
      .strict(),
    inputs: z.object({}).strict(),
    seed: seedSchema,
  })
  .strict();
