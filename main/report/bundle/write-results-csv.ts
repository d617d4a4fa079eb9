import type { BenchmarkResults, SeedResult } from '#contract/benchmark-results';
import type { Accuracy } from '#contract/results';
import { writeCsv } from '../csv/write-csv';

const header = [
  'start',
  'method',
  'seed',
  'quantity',
  'negated',
  'split',
  'alpha',
  'task',
  'correct',
  'count',
  'top1',
] as const;
type Row = Readonly<Partial<Record<(typeof header)[number], string | number>>>;

/**
 * Writes everything that a benchmark has measured as comma-separated values, one accuracy on each line: its
 * method and seed, what was measured with which α, and how many of how many images were right.
 *
 * @param results as measured
 */
export function writeResultsCsv({ methods, randomInit }: BenchmarkResults): string {
  const rows = [
    ...methods.map((method) => ({ start: 'pretrained', ...method })),
    ...randomInit.map((method) => ({ start: 'random', ...method })),
  ].flatMap(({ start, method, seeds }) =>
    seeds.flatMap((seed) => rowsOf(seed).map((row) => ({ start, method, seed: seed.seed, ...row }))),
  );
  return writeCsv(
    header,
    rows.map((row: Row) => header.map((name) => row[name] ?? null)),
  );
}

function rowsOf({ addition, negation, alone }: SeedResult): Row[] {
  const rows: Row[] = [];
  const put = (about: Row, accuracies: readonly Accuracy[] | undefined) => {
    for (const { task, correct, count, top1 } of accuracies ?? []) {
      rows.push({ ...about, task, correct, count, top1 });
    }
  };
  if (addition !== null) {
    const { pretrained, singleTask, sweep, chosenScalingCoef, test, testAtOne } = addition;
    put({ quantity: 'pretrained', split: 'test', alpha: 0 }, pretrained.tasks);
    put({ quantity: 'single-task', split: 'val', alpha: 1 }, singleTask.val.tasks);
    put({ quantity: 'single-task', split: 'test', alpha: 1 }, singleTask.test.tasks);
    for (const { scalingCoef: alpha, val } of sweep) put({ quantity: 'sum', split: 'val', alpha }, val.tasks);
    put({ quantity: 'sum, tuned', split: 'test', alpha: chosenScalingCoef }, test.tasks);
    put({ quantity: 'sum, fixed', split: 'test', alpha: 1 }, testAtOne?.tasks);
  }
  for (const task of negation?.tasks ?? []) {
    const about = { negated: task.task };
    for (const { scalingCoef: alpha, val } of task.sweep) {
      put({ ...about, quantity: 'negated', split: 'val', alpha }, [val.target, val.control]);
    }
    const both = ({ target, control }: { target: Accuracy; control: Accuracy }) => [target, control];
    const tuned = { ...about, quantity: 'negated, tuned', split: 'test', alpha: task.chosenScalingCoef };
    put(tuned, both(task.test));
    if (task.testAtOne !== null) {
      put({ ...about, quantity: 'negated, fixed', split: 'test', alpha: 1 }, both(task.testAtOne));
    }
  }
  if (addition === null && negation === null && alone !== undefined) {
    put({ quantity: 'pretrained', split: 'test', alpha: 0 }, alone.pretrained?.tasks);
    put({ quantity: 'single-task', split: 'val', alpha: 1 }, alone.singleTask.val.tasks);
    put({ quantity: 'single-task', split: 'test', alpha: 1 }, alone.singleTask.test.tasks);
  }
  return rows;
}
