import type { ReviewWarning } from '#contract/review';
import type { TableDocument } from '#contract/table-document';

/**
 * Warns where a table has a column of normalised accuracies without one of absolute accuracies in the same
 * group: a low single-task accuracy makes a high normalised one. Published numbers, which are as they were
 * published, are not looked at.
 */
export function normalizedWithoutAbsolute(tables: readonly TableDocument[]): ReviewWarning[] {
  return tables.flatMap(({ title, columns }) => {
    const lonely = columns.filter(
      ({ measure, group }) =>
        measure === 'normalized' &&
        !/^(paper|re-run)(: |$)/.test(group) &&
        !columns.some((other) => other.group === group && other.measure === 'absolute'),
    );
    return lonely.map(({ head, group }): ReviewWarning => ({
      rule: 'normalized-without-absolute',
      finding: `The table "${title}" tells "${head}" of "${group}", but no absolute accuracy beside it.`,
      advice:
        'Add the absolute accuracy: a method whose single-task models are weak can have a high normalized accuracy and a low absolute one.',
    }));
  });
}
