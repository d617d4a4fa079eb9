import { z } from 'zod';
import { fingerprintSchema, seedSchema } from './common';
import { datasetFormatSchema } from './dataset-format';

/** Which parts of a source (folders, shard groups, lists) make each split; an empty `val` is drawn from `train`. */
export const partAssignmentSchema = z
  .object({
    train: z.array(z.string().min(1)).min(1),
    val: z.array(z.string().min(1)),
    test: z.array(z.string().min(1)),
  })
  .strict();

const count = z.int().min(0).nullable();

/**
 * Reads a dataset into the artifact store: encoded images in one pack a split, and an index. The only
 * inputs from outside the store are the source's files, so the spec carries the fingerprint they had.
 */
export const importDatasetV2 = z
  .object({
    kind: z.literal('import-dataset'),
    specVersion: z.literal(2),
    params: z
      .object({
        /** Absolute path of the folder or file. */
        path: z.string().min(1),
        fingerprint: fingerprintSchema,
        /** Name under which people find the dataset. */
        name: z.string().min(1).max(120),
        /** How the files are read; null for the format that is recognized. */
        format: datasetFormatSchema.nullable(),
        /** Which parts make each split; null for what the known dataset or else the format says. */
        parts: partAssignmentSchema.nullable(),
        /** How `val` is drawn from `train` where no part makes it: n_val = min(⌊fraction · n⌋, cap). */
        valFraction: z.number().gt(0).lt(1),
        /** Upper bound of that split, in images. */
        valCap: z.int().min(1),
        /** A text file with the names of the images of `train` that become `val`, instead of drawing them. */
        valList: z
          .object({ path: z.string().min(1), fingerprint: fingerprintSchema })
          .strict()
          .nullable(),
        /** Whether one unreadable image fails the import or is left out and reported. */
        onUnreadable: z.enum(['skip', 'fail']),
        /** The published dataset that this is, with what it is known to hold; null for one's own. */
        known: z
          .object({
            name: z.string().min(1),
            classCount: z.int().min(2),
            /** Images of the official splits, before `val` is drawn; null where there is none. */
            counts: z.object({ train: count, val: count, test: count }).strict(),
            /** Which parts make each split, by format. */
            parts: z.partialRecord(datasetFormatSchema, partAssignmentSchema),
          })
          .strict()
          .nullable(),
      })
      .strict(),
    inputs: z.object({}).strict(),
    seed: seedSchema,
  })
  .strict();

/** Brings a specification of version 1, which knew image folders only, to version 2. */
export function importDatasetFromV1(spec: Record<string, unknown>): Record<string, unknown> {
  const { folder, ...params } = spec.params as Record<string, unknown>;
  return {
    ...spec,
    specVersion: 2,
    params: { path: folder, ...params, format: 'image-folder', parts: null, valList: null, known: null },
  };
}
