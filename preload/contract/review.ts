import { z } from 'zod';

/** What a warning is about; one rule of the review each. */
export const reviewRuleSchema = z.enum([
  'test-above-validation',
  'normalized-without-absolute',
  'coefficient-at-edge',
  'order-not-shown',
  'control-near-threshold',
  'vector-in-other-model',
]);

/** What a careful reviewer would say about results. */
export const reviewWarningSchema = z.object({
  rule: reviewRuleSchema,
  /** What was found, with numbers, in one sentence. */
  finding: z.string(),
  /** What to do about it, in one sentence. */
  advice: z.string(),
});
/** See {@link reviewWarningSchema}. */
export type ReviewWarning = z.infer<typeof reviewWarningSchema>;
