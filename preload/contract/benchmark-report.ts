import { z } from 'zod';
import { benchmarkResultsSchema } from './benchmark-results';
import { benchmarkSummarySchema } from './benchmark-summary';
import { reviewWarningSchema } from './review';
import { tableDocumentSchema } from './table-document';

/** Results beside what was published of one model. */
export const publishedComparisonSchema = z.object({
  /** Image tower that the published numbers are of. */
  model: z.string(),
  /** Suite of tasks that their averages are over. */
  suite: z.string(),
  /** Whether model and tasks are those of the results; else only the order of methods can be compared. */
  isSame: z.boolean(),
  /** Addition, negation and random initialisation, as far as they were measured. */
  tables: z.array(tableDocumentSchema),
  /** Published test accuracies of single-task models, as fractions. */
  singleTask: z.array(
    z.object({
      task: z.string(),
      nonLinear: z.number(),
      linear: z.number(),
      source: z.string(),
      confirmed: z.boolean(),
    }),
  ),
});
/** See {@link publishedComparisonSchema}. */
export type PublishedComparison = z.infer<typeof publishedComparisonSchema>;

/** Everything that is shown of a benchmark: what was measured, what it comes to, and what a reviewer would say. */
export const benchmarkReportSchema = z.object({
  results: benchmarkResultsSchema,
  summary: benchmarkSummarySchema,
  tables: z.array(tableDocumentSchema),
  /** One for each model of the paper, the one that is the same first. */
  published: z.array(publishedComparisonSchema),
  warnings: z.array(reviewWarningSchema),
});
/** See {@link benchmarkReportSchema}. */
export type BenchmarkReport = z.infer<typeof benchmarkReportSchema>;
