import type { Benchmark } from '#contract/benchmark';
import type { ItemList } from './item-list';

const methodNames = { standard: 'non-linear', posthoc: 'post-hoc linearized', linear: 'linear' } as const;

/**
 * Adds what a benchmark comes to when all its runs have finished: what it is, its tables and its figures.
 *
 * @param studyId the study
 * @param benchmark what it was made from
 * @param title of the study
 */
export function addBenchmark(list: ItemList, studyId: string, benchmark: Benchmark, title: string): void {
  const { control, methods, randomInit } = benchmark;
  const table = (id: string) => list.addTable(id, { kind: 'benchmark', studyId, table: id });
  list.addText('about', 'About', describeBenchmark(benchmark, title));
  table('addition');
  list.addFigure('alpha-addition', 'double', { kind: 'alpha', studyId, edit: 'addition' });
  table('added');
  list.addFigure('added', 'double', { kind: 'accuracies', studyId, quantity: 'added' });
  if (control !== null) {
    table('negation');
    list.addFigure('alpha-negation', 'double', { kind: 'alpha', studyId, edit: 'negation' });
    table('negated');
    list.addFigure('negated-target', 'double', { kind: 'accuracies', studyId, quantity: 'negated-target' });
    list.addFigure('negated-control', 'double', { kind: 'accuracies', studyId, quantity: 'negated-control' });
  }
  table('single-task');
  list.addFigure('single-task', 'double', { kind: 'accuracies', studyId, quantity: 'single-task' });
  const linearized = (['posthoc', 'linear'] as const).filter((method) => methods.includes(method));
  if (methods.includes('standard') && linearized.length > 0) {
    table('non-linear-advantage');
    for (const against of linearized) {
      list.addFigure(`advantage-${against}`, 'single', { kind: 'advantage', studyId, against });
    }
  }
  if (randomInit !== null) {
    table('random-init');
    list.addFigure('random-init', 'double', { kind: 'accuracies', studyId, quantity: 'random-init' });
  }
  list.addFigure('training', 'double', { kind: 'training', studyId });
}

function describeBenchmark(
  { tasks, control, seeds, methods, training, edits, randomInit }: Benchmark,
  title: string,
): string[] {
  const names = methods.map((method) => methodNames[method]).join(', ');
  const { steps, batchSize } = training.schedule;
  const { learningRate, weightDecay } = training.optimizer;
  const other = tasks.flatMap((task) => (task.steps === null ? [] : [`${task.name} ${task.steps}`]));
  return [
    `${title}: task arithmetic on ${tasks.length} tasks (${tasks.map(({ name }) => name).join(', ')}) with ${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}, by the methods ${names}.`,
    `Each task is fine-tuned for ${steps} steps${other.length === 0 ? '' : ` (${other.join(', ')})`} with batches of ${batchSize} images, a largest learning rate of ${learningRate} and a weight decay of ${weightDecay}. ` +
      `α is chosen on validation data from ${edits.gridPoints} values between 0 and 1; everything else is measured on test data.` +
      (control === null
        ? ''
        : ` A negated task keeps at least ${Number((edits.controlThreshold * 100).toFixed(1))} % of the validation accuracy on the control task ${control.name}.`),
    ...(randomInit === null
      ? []
      : ['The same addition begins from one random initialization, to tell what pre-training gives.']),
  ];
}
