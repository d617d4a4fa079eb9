import type { BenchmarkNegation } from '#contract/benchmark-results';
import { mean } from '../spread';
import { sameCoef } from '../task-spreads';
import { chooseCoef, findOtherCoef } from './choose-coef';
import { valName } from './file-names';
import { wrongField, type MethodContent } from './parse-files';
import { requireTop1, sortSweep, type ReadContext } from './read-additions';

type Content = MethodContent & { negations: NonNullable<MethodContent['negations']> };
type Task = BenchmarkNegation['tasks'][number];

/** Far below what one image more or less changes. */
const ROUNDING = 1e-9;

/** What negation is measured against. */
export interface Control {
  readonly task: string;
  /** Least validation accuracy, as a fraction of the pre-trained model's. */
  readonly threshold: number;
}

/**
 * Reads a negations file: the chosen α of each task is found again from its stored sweep, as the smallest with
 * the lowest validation accuracy on the task among those whose validation accuracy on the control is at least
 * threshold · the pre-trained model's.
 *
 * @param tasks all tasks, in order; those that the file has are read
 * @throws {AppError} `invalid_input` naming the file and the field
 */
export function readNegations(
  content: Content,
  tasks: readonly string[],
  control: Control,
  context: ReadContext,
): BenchmarkNegation {
  const { zeroShot, accuracy } = context;
  const fromZeroShot = (split: 'val' | 'test') => {
    const name = split === 'val' ? valName(control.task) : control.task;
    return accuracy(control.task, split, requireTop1(zeroShot.file, [], zeroShot.content, name));
  };
  const pretrainedControl = { val: fromZeroShot('val'), test: fromZeroShot('test') };
  const own = tasks.filter((task) => Object.hasOwn(content.negations, task));
  if (own.length === 0) throw wrongField(content.names.negations, [], 'there is no task');
  const read = own.map((task) => readTask(content, task, control, pretrainedControl, context));
  return {
    format: 'tangent-negation/1',
    mode: content.method,
    vectorKind: null,
    controlThreshold: control.threshold,
    pretrainedControl,
    tasks: read,
    averageTargetTop1: mean(read.map(({ test }) => test.target.top1)),
    averageControlTop1: mean(read.map(({ test }) => test.control.top1)),
  };
}

function readTask(
  { names, negations }: Content,
  task: string,
  control: Control,
  pretrainedControl: BenchmarkNegation['pretrainedControl'],
  { zeroShot, single, accuracy, note }: ReadContext,
): Task {
  const file = names.negations;
  const stored = negations[task];
  const target = (split: 'val' | 'test', source: typeof single) => {
    const name = split === 'val' ? valName(task) : task;
    return accuracy(task, split, requireTop1(source.file, [], source.content, name));
  };
  const sweep = sortSweep(stored.val).map(({ scalingCoef, key }) => {
    const top1 = (name: string) =>
      requireTop1(file, [task, 'val', key], stored.val[key], `${valName(name)}:top1`);
    return {
      scalingCoef,
      val: {
        target: accuracy(task, 'val', top1(task)),
        control: accuracy(control.task, 'val', top1(control.task)),
      },
    };
  });
  // The threshold may be met exactly, and the product be off by its rounding.
  const least = control.threshold * pretrainedControl.val.top1 - ROUNDING;
  const chosen = chooseCoef(
    sweep.map(({ scalingCoef, val }) => ({
      scalingCoef,
      score: -val.target.top1,
      isAllowed: val.control.top1 >= least,
    })),
  );
  if (chosen < 0) throw wrongField(file, [task, 'val'], 'no scaling coefficient keeps the control');
  const { scalingCoef } = sweep[chosen];
  const test = {
    target: accuracy(task, 'test', stored.test),
    control: accuracy(control.task, 'test', stored.test_control),
  };
  const pretrained = target('test', zeroShot);
  const { test: testControl, val: valControl } = pretrainedControl;
  const share = (top1: number, whole: number) => (whole === 0 ? 0 : top1 / whole);
  const other = findOtherCoef(
    [test.target.top1, share(test.control.top1, testControl.top1)],
    [pretrained.top1, 1],
    sweep.map(({ scalingCoef: coef, val }) => ({
      scalingCoef: coef,
      values: [val.target.top1, share(val.control.top1, valControl.top1)],
    })),
    chosen,
  );
  if (other !== null) {
    note(
      `${file}: the sweep of ${task} chooses α = ${scalingCoef.toFixed(2)} at a control threshold of ` +
        `${control.threshold}, but its test result seems to be that of α = ${other.toFixed(2)}.`,
    );
  }
  return {
    task,
    pretrained,
    singleTask: { val: target('val', single), test: target('test', single) },
    sweep,
    chosenScalingCoef: scalingCoef,
    test,
    testAtOne: sameCoef(scalingCoef, 1) ? test : null,
  };
}
