import type { BenchmarkReport } from '#contract/benchmark-report';
import type { BenchmarkResults } from '#contract/benchmark-results';
import type { ReferenceNumbers } from '#contract/reference-numbers';
import { comparePublished } from './compare-published';
import { referenceFor } from './reference-numbers';
import { resultTables } from './result-tables';
import { reviewResults } from './review-results';
import { summarizeBenchmark } from './summarize-benchmark';

/**
 * Makes everything that is shown of a benchmark's results.
 *
 * @param results as measured
 * @param reference published numbers, put beside ours where model and tasks are the same
 */
export function reportBenchmark(results: BenchmarkResults, reference: ReferenceNumbers): BenchmarkReport {
  const summary = summarizeBenchmark(results);
  const tables = resultTables(summary, referenceFor(results.model, reference, results.tasks));
  return {
    results,
    summary,
    tables,
    published: comparePublished(results, summary, reference),
    warnings: reviewResults(results, tables),
  };
}
