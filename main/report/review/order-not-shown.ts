import type { BenchmarkResults } from '#contract/benchmark-results';
import type { MethodSummary, SeedSpread } from '#contract/benchmark-summary';
import type { ReviewWarning } from '#contract/review';
import { methodName } from '../seed-accuracies';
import { summarizeBenchmark } from '../summarize-benchmark';

const claims: readonly { name: string; read: (method: MethodSummary) => SeedSpread | null | undefined }[] = [
  { name: 'absolute accuracy of addition', read: ({ addition }) => addition?.tuned.absolute.average },
  { name: 'normalized accuracy of addition', read: ({ addition }) => addition?.tuned.normalized.average },
  { name: 'target accuracy of negation', read: ({ negation }) => negation?.target.average },
];

/**
 * Warns where one cannot say which of two methods is better: with fewer than two seeds of either, or where the
 * difference of their means is within the joint half width √(h_a² + h_b²) of their 95 % intervals.
 */
export function orderNotShown(results: BenchmarkResults): ReviewWarning[] {
  const { methods } = summarizeBenchmark(results);
  return claims.flatMap(({ name, read }) => {
    const measured = methods.flatMap((method) => {
      const spread = read(method);
      return spread === null || spread === undefined ? [] : [{ name: methodName(method.method), spread }];
    });
    if (measured.length < 2) return [];
    const few = measured.filter(({ spread }) => spread.count < 2);
    const overlaps = measured.flatMap((a, i) =>
      measured.slice(i + 1).flatMap((b) => {
        const joint = Math.hypot(a.spread.interval ?? NaN, b.spread.interval ?? NaN);
        const difference = Math.abs(a.spread.mean - b.spread.mean);
        if (!(difference <= joint)) return [];
        return [`${a.name} and ${b.name} differ by ${points(difference)}, within ± ${points(joint)}`];
      }),
    );
    const warnings: ReviewWarning[] = [];
    if (few.length > 0) {
      warnings.push({
        rule: 'order-not-shown',
        finding: `Order not shown: the ${name} of ${few.map((method) => method.name).join(', ')} is of one seed.`,
        advice:
          'Run at least two more seeds, and report means with intervals, before saying which method is better.',
      });
    }
    if (overlaps.length > 0) {
      warnings.push({
        rule: 'order-not-shown',
        finding: `Order not shown: in the ${name}, ${overlaps.join('; ')}.`,
        advice: 'Run more seeds, or say that the methods do not differ beyond the spread of seeds.',
      });
    }
    return warnings;
  });
}

function points(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} points`;
}
