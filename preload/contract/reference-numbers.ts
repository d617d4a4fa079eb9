import { z } from 'zod';
import { measureSchema, quantitySchema, referenceWorkSchema, scalingRuleSchema } from './table-document';

const percentSchema = z.number().min(0).max(110);

/** Published numbers of one row of a table, with where they are from. */
export const referenceEntrySchema = z
  .object({
    quantity: quantitySchema,
    /** Image tower, such as ViT-B-32. */
    model: z.string().min(1),
    /** A method of tables (`standard`, `posthoc`, `linear`, `pretrained`), or the name of another, for context. */
    method: z.string().min(1),
    /** Which suite of tasks its averages are over; a key of the file's suites. */
    suite: z.string().min(1),
    scalingRule: scalingRuleSchema,
    split: z.enum(['val', 'test']),
    /** Averages over tasks, in percent. */
    values: z.partialRecord(measureSchema, percentSchema),
    /** Absolute top-1 by task, in percent. */
    tasks: z.record(z.string().min(1), percentSchema).optional(),
    work: referenceWorkSchema,
    /** A short citation. */
    source: z.string().min(1),
    /** Whether the number was read where it was published or computed; else it was written down from memory. */
    confirmed: z.boolean(),
    /** What one should know before comparing; empty if nothing. */
    note: z.string(),
  })
  .strict();
/** See {@link referenceEntrySchema}. */
export type ReferenceEntry = z.infer<typeof referenceEntrySchema>;

/** Published numbers to show beside one's own; a file of one's own takes the place of the one that comes with the program. */
export const referenceNumbersSchema = z
  .object({
    format: z.literal('tangent-reference-numbers/1'),
    title: z.string().min(1),
    /** What must be known of all of them. */
    notes: z.array(z.string()),
    /** Names of the tasks of each suite. */
    suites: z.record(z.string().min(1), z.array(z.string().min(1)).min(1)),
    entries: z.array(referenceEntrySchema),
  })
  .strict()
  .superRefine(({ suites, entries }, context) => {
    entries.forEach(({ suite }, index) => {
      if (suite in suites) return;
      context.addIssue({
        code: 'custom',
        message: `there is no suite "${suite}"`,
        path: ['entries', index, 'suite'],
      });
    });
  });
/** See {@link referenceNumbersSchema}. */
export type ReferenceNumbers = z.infer<typeof referenceNumbersSchema>;
