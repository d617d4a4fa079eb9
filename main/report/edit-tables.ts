import type { AddedSpreads, BenchmarkSummary, MethodSummary } from '#contract/benchmark-summary';
import type { TableCell, TableColumn, TableDocument } from '#contract/table-document';
import { methodName } from './seed-accuracies';
import { fractionCell, spreadCell, textCell } from './table-cells';

type Row = TableDocument['rows'][number];

const EMPTY: TableCell = { kind: 'empty' };
const TUNED = textCell('tuned on validation');
const FIXED = textCell('fixed');
const ONE = textCell('1.00');

const ruleColumns: readonly TableColumn[] = ['α rule', 'α'].map((head) => ({
  head,
  measure: null,
  group: '',
  subject: {},
}));

/** Task addition as in Table 1 of arXiv 2305.12827: average absolute and normalised test accuracy, with α tuned and with α = 1. */
export function additionTable(summary: BenchmarkSummary): TableDocument {
  const row = (method: MethodSummary, scalingRule: 'tuned' | 'one', added: AddedSpreads): Row => ({
    head: methodName(method.method),
    subject: { method: method.method, scalingRule },
    cells: [
      ...ruleCells(scalingRule, spreadCell(method.addition?.chosenScalingCoef, 'coefficient')),
      spreadCell(added.absolute.average),
      spreadCell(added.normalized.average),
    ],
  });
  const rows = summary.methods.flatMap((method) => {
    const { addition } = method;
    if (addition === null) return [];
    const tuned = row(method, 'tuned', addition.tuned);
    return addition.atOne === null ? [tuned] : [tuned, row(method, 'one', addition.atOne)];
  });
  return {
    id: 'addition',
    title: `Task addition, ${summary.tasks.length} tasks`,
    caption:
      'Test accuracy of the sum of all tasks in percent, averaged over tasks; normalized: mean of the ratios to ' +
      'the single-task accuracies of the same method. One α for all tasks.',
    subject: { quantity: 'addition', task: null },
    rowHead: 'Method',
    columns: [
      ...ruleColumns,
      { head: 'absolute', measure: 'absolute', group: '', subject: {} },
      { head: 'normalized', measure: 'normalized', group: '', subject: {} },
    ],
    rows: [
      {
        head: 'Pre-trained',
        subject: { method: 'pretrained', scalingRule: null },
        cells: [EMPTY, textCell('0.00'), fractionCell(summary.zeroShot.average), EMPTY],
      },
      ...rows,
    ],
    footnotes: [],
  };
}

/** Task negation as in Table 2 of arXiv 2305.12827: average test accuracy on the negated task and on the control task. */
export function negationTable(summary: BenchmarkSummary): TableDocument {
  const rows = summary.methods.flatMap(({ method, negation }): Row[] => {
    if (negation === null) return [];
    const row = (
      scalingRule: 'tuned' | 'one',
      { target, control }: typeof negation | NegationAtOne,
    ): Row => ({
      head: methodName(method),
      subject: { method, scalingRule },
      cells: [
        ...ruleCells(scalingRule, spreadCell(negation.chosenScalingCoefs.average, 'coefficient')),
        spreadCell(target.average),
        spreadCell(control.average),
      ],
    });
    const tuned = row('tuned', negation);
    return negation.atOne === null ? [tuned] : [tuned, row('one', negation.atOne)];
  });
  const thresholds = summary.methods.flatMap(({ negation }) =>
    negation === null ? [] : [`${(negation.controlThreshold * 100).toFixed(0)} %`],
  );
  return {
    id: 'negation',
    title: `Task negation, ${summary.tasks.length} tasks`,
    caption:
      'Test accuracy after negating each task on its own in percent, averaged over tasks: on the task (lower is ' +
      `better) and on the control task${summary.control === null ? '' : ` ${summary.control}`}. α is tuned for each ` +
      `task so that validation accuracy on the control keeps ${[...new Set(thresholds)].join(' or ')} of the ` +
      'pre-trained; the α shown is the mean over tasks.',
    subject: { quantity: 'negation', task: null },
    rowHead: 'Method',
    columns: [
      ...ruleColumns,
      { head: 'target', measure: 'target', group: '', subject: {} },
      { head: 'control', measure: 'control', group: '', subject: {} },
    ],
    rows: [
      {
        head: 'Pre-trained',
        subject: { method: 'pretrained', scalingRule: null },
        cells: [
          EMPTY,
          textCell('0.00'),
          fractionCell(summary.zeroShot.average),
          fractionCell(summary.zeroShot.control?.test),
        ],
      },
      ...rows,
    ],
    footnotes: [],
  };
}

type NegationAtOne = NonNullable<NonNullable<MethodSummary['negation']>['atOne']>;

/** Random initialisation as in Table 3 of arXiv 2305.12827: single-task models and their sum, beside chance. */
export function randomInitTable(summary: BenchmarkSummary): TableDocument {
  const { methods, chance } = summary.randomInit;
  const rows = methods.flatMap(({ method, singleTask, addition }) => {
    const row = (scalingRule: 'tuned' | 'one', added: AddedSpreads | undefined): Row => ({
      head: methodName(method),
      subject: { method, scalingRule },
      cells: [
        ...ruleCells(scalingRule, spreadCell(addition?.chosenScalingCoef, 'coefficient')),
        spreadCell(singleTask.average),
        spreadCell(added?.absolute.average),
      ],
    });
    const tuned = row('tuned', addition?.tuned);
    const atOne = addition?.atOne ?? null;
    return atOne === null ? [tuned] : [tuned, row('one', atOne)];
  });
  return {
    id: 'random-init',
    title: 'Random initialization',
    caption:
      'Test accuracy in percent, averaged over tasks, where training begins at one random θ0 for all tasks: of ' +
      'single-task models, and of their sum. Chance is the mean of 1/C.',
    subject: { quantity: 'randomInit', task: null },
    rowHead: 'Method',
    columns: [
      ...ruleColumns,
      { head: 'single-task', measure: 'singleTask', group: '', subject: {} },
      { head: 'added', measure: 'added', group: '', subject: {} },
    ],
    rows: [
      {
        head: 'Chance',
        subject: { method: 'chance', scalingRule: null },
        cells: [EMPTY, EMPTY, fractionCell(chance), fractionCell(chance)],
      },
      {
        head: 'Untrained',
        subject: { method: 'pretrained', scalingRule: null },
        cells: [EMPTY, textCell('0.00'), spreadCell(methods.at(0)?.pretrained.average), EMPTY],
      },
      ...rows,
    ],
    footnotes: [],
  };
}

function ruleCells(scalingRule: 'tuned' | 'one', chosen: TableCell): TableCell[] {
  return scalingRule === 'tuned' ? [TUNED, chosen] : [FIXED, ONE];
}
