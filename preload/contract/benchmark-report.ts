import { z } from 'zod';
import { benchmarkResultsSchema } from './benchmark-results';
import { benchmarkSummarySchema } from './benchmark-summary';
import { reviewWarningSchema } from './review';
import { tableDocumentSchema } from './table-document';

/** Everything that is shown of a benchmark: what was measured, what it comes to, and what a reviewer would say. */
export const benchmarkReportSchema = z.object({
  results: benchmarkResultsSchema,
  summary: benchmarkSummarySchema,
  tables: z.array(tableDocumentSchema),
  warnings: z.array(reviewWarningSchema),
});
/** See {@link benchmarkReportSchema}. */
export type BenchmarkReport = z.infer<typeof benchmarkReportSchema>;
