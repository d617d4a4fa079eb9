import type { BenchmarkResults } from '#contract/benchmark-results';
import type { ReviewWarning } from '#contract/review';
import type { TableDocument } from '#contract/table-document';
import { coefficientAtEdge } from './review/coefficient-at-edge';
import { controlNearThreshold } from './review/control-near-threshold';
import { normalizedWithoutAbsolute } from './review/normalized-without-absolute';
import { orderNotShown } from './review/order-not-shown';
import { testAboveValidation } from './review/test-above-validation';
import { vectorInOtherModel } from './review/vector-in-other-model';

/**
 * Lists what a careful reviewer would say about results and the tables that were made of them.
 *
 * @param tables tables that will be shown; none if there are none yet
 */
export function reviewResults(
  results: BenchmarkResults,
  tables: readonly TableDocument[] = [],
): ReviewWarning[] {
  return [
    ...vectorInOtherModel(results),
    ...testAboveValidation(results),
    ...normalizedWithoutAbsolute(tables),
    ...coefficientAtEdge(results),
    ...controlNearThreshold(results),
    ...orderNotShown(results),
  ];
}
