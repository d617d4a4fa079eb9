import type { BenchmarkSummary, TaskSpreads } from '#contract/benchmark-summary';
import type { TableCell, TableColumn, TableDocument } from '#contract/table-document';
import { methodName } from './seed-accuracies';
import { fractionCell, spreadCell } from './table-cells';

interface Column {
  readonly column: TableColumn;
  /** One per task. */
  readonly cells: readonly TableCell[];
  readonly average: TableCell;
}

/** Test accuracy of every single-task model, beside the pre-trained model's. */
export function singleTaskTable(summary: BenchmarkSummary): TableDocument {
  const zeroShot: Column = {
    column: {
      head: 'Zero-shot',
      measure: 'absolute',
      group: 'Zero-shot',
      subject: { quantity: 'zeroShot', method: 'pretrained' },
    },
    cells: summary.zeroShot.tasks.map(fractionCell),
    average: fractionCell(summary.zeroShot.average),
  };
  const methods = summary.methods.map(({ method, singleTask }): Column => {
    const head = methodName(method);
    return {
      column: { head, measure: 'absolute', group: head, subject: { quantity: 'singleTask', method } },
      ...spreadCells(singleTask, 'percent'),
    };
  });
  return byTask(summary, [zeroShot, ...methods], {
    id: 'single-task',
    title: 'Single-task accuracy',
    caption: 'Test accuracy of each task’s own model at α = 1 in percent.',
    subject: { scalingRule: null },
  });
}

/**
 * Test accuracy of the sum of all tasks on every task, absolute and normalised.
 *
 * @param scalingRule with the α that was chosen on validation data, or with α = 1
 */
export function addedTable(summary: BenchmarkSummary, scalingRule: 'tuned' | 'one'): TableDocument {
  const columns = summary.methods.flatMap(({ method, addition }): Column[] => {
    const added = scalingRule === 'tuned' ? addition?.tuned : addition?.atOne;
    if (added === undefined || added === null) return [];
    return (['absolute', 'normalized'] as const).map((measure) => ({
      column: {
        head: `${methodName(method)}, ${measure}`,
        measure,
        group: methodName(method),
        subject: { method },
      },
      ...spreadCells(added[measure], 'percent'),
    }));
  });
  const isTuned = scalingRule === 'tuned';
  return byTask(summary, columns, {
    id: isTuned ? 'added' : 'added-at-one',
    title: `Accuracy of the sum on every task, ${isTuned ? 'α tuned' : 'α = 1'}`,
    caption:
      'Test accuracy in percent; normalized: its ratio to the single-task accuracy of the same method. ' +
      (isTuned ? 'One α for all tasks, chosen on validation data.' : 'Nothing is chosen.'),
    subject: { quantity: 'addition', scalingRule },
  });
}

/** Test accuracy on every task and on the control after negating that task, with the α that was chosen for it. */
export function negatedTable(summary: BenchmarkSummary): TableDocument {
  const columns = summary.methods.flatMap(({ method, negation }): Column[] => {
    if (negation === null) return [];
    const group = methodName(method);
    const column = (head: string, measure: TableColumn['measure']): TableColumn => ({
      head: `${group}, ${head}`,
      measure,
      group,
      subject: { method },
    });
    return [
      { column: column('α', null), ...spreadCells(negation.chosenScalingCoefs, 'coefficient') },
      { column: column('target', 'target'), ...spreadCells(negation.target, 'percent') },
      { column: column('control', 'control'), ...spreadCells(negation.control, 'percent') },
    ];
  });
  return byTask(summary, columns, {
    id: 'negated',
    title: 'Accuracy after negating every task, α tuned',
    caption:
      'Test accuracy in percent on the negated task and on the control task; α is chosen for each task.',
    subject: { quantity: 'negation', scalingRule: 'tuned' },
  });
}

/** How much better single-task models of f are than linearised ones, as in Figs. 2 and 5 of arXiv 2305.12827. */
export function advantageTable(summary: BenchmarkSummary): TableDocument {
  const columns = summary.advantages.flatMap(({ against, raw, normalized }): Column[] => {
    const group = `against ${methodName(against)}`;
    return [
      {
        column: { head: `${group}, points`, measure: null, group, subject: {} },
        ...spreadCells(raw, 'points'),
      },
      {
        column: { head: `${group}, normalized`, measure: null, group, subject: {} },
        ...spreadCells(normalized, 'coefficient'),
      },
    ];
  });
  return byTask(summary, columns, {
    id: 'non-linear-advantage',
    title: 'Non-linear advantage',
    caption:
      'Test accuracy of non-linear single-task models less that of linearized ones, in points, and divided by ' +
      '1 − 1/C: 0 is no gap, 1 a perfect model against chance.',
    subject: {},
  });
}

function spreadCells(
  { tasks, average }: TaskSpreads,
  unit: 'percent' | 'points' | 'coefficient',
): Pick<Column, 'cells' | 'average'> {
  return { cells: tasks.map((spread) => spreadCell(spread, unit)), average: spreadCell(average, unit) };
}

function byTask(
  { tasks }: BenchmarkSummary,
  columns: readonly Column[],
  about: Pick<TableDocument, 'id' | 'title' | 'caption' | 'subject'>,
): TableDocument {
  return {
    ...about,
    rowHead: 'Task',
    columns: columns.map(({ column }) => column),
    rows: [
      ...tasks.map((task, t) => ({
        head: task,
        subject: { task },
        cells: columns.map(({ cells }) => cells[t]),
      })),
      { head: 'Average', subject: { task: null }, cells: columns.map(({ average }) => average) },
    ],
    footnotes: [],
  };
}
